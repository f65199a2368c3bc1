"""How work is done: every document and layer in a process that is watched, here or on a Dask cluster."""
