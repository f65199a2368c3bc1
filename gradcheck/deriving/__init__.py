"""What ``gradcheck derive`` starts from: documents, typed formulas the library."""
