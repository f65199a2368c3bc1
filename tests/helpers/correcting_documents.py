"""Definitions in different notations, for slips to be made in what follows from them."""

SQUARES = r"""
$$ y_i = w x_i + b $$

$$ L = \frac{1}{m} \sum_{i=1}^m (y_i - t_i)^2 $$
"""
SQUARES_RAISED = r"""
$$ a^{(k)} = u\, q^{(k)} + c $$

$$ J = \frac{1}{2 N} \sum_{k=1}^{N} \left( a^{(k)} - r^{(k)} \right)^2 $$
"""
SOFTMAX = r"""
$$ p_i = \frac{e^{z_i}}{\sum_{k=1}^n e^{z_k}} $$

$$ L = -\sum_{i=1}^n t_i \log p_i $$

where $\sum_{i=1}^n t_i = 1$.
"""
SOFTMAX_EXP = r"""
$$ S = \sum_{c=1}^{C} \exp(a_c), \qquad q_c = \frac{\exp(a_c)}{S} $$
"""
NORM = r"""
$$ \mu = \frac{1}{m} \sum_{i=1}^m x_i $$

$$ v = \frac{1}{m} \sum_{i=1}^m (x_i - \mu)^2 $$

$$ \hat{x}_i = \frac{x_i - \mu}{\sqrt{v + \epsilon}} $$

$$ y_i = \gamma \hat{x}_i + \beta $$
"""
NORM_GIVEN = (
    NORM
    + r"""
The upstream gradient $\frac{\partial L}{\partial y_i}$ is given.
"""
)
ROOT_MEAN_SQUARE = r"""
$$ r = \sqrt{\frac{1}{n} \sum_{j=1}^n s_j^2 + \varepsilon}, \qquad o_j = g_j \frac{s_j}{r} $$

The upstream gradient $\dfrac{d\ell}{do_j}$ is known.
"""
RELU = r"""
$$ a_i = \max(0, z_i) $$

$$ L = \sum_{i=1}^n (a_i - t_i)^2 $$
"""
LEAKY = r"""
$$ f(x) = \begin{cases} x & x > 0 \\ c x & x < 0 \end{cases} $$
"""
TANH = r"""
$$ h = \tanh(u) $$

$$ u = w x + b $$
"""
SINE = r"""
$$ f(x) = \sin(a x) $$
"""
MARGIN = r"""
$$ \ell = \log\left(1 + e^{-t s}\right) $$
"""
ROWS = r"""
Let $X \in \mathbb{R}^{n \times d}$ and $W \in \mathbb{R}^{d \times k}$.

$$ Y = X W $$
"""
COLUMNS = r"""
Let $A \in \mathbb{R}^{p \times q}$, $\mathbf{v} \in \mathbb{R}^{q}$, $\mathbf{c} \in \mathbb{R}^{p}$.

$$ \mathbf{r} = A \mathbf{v} - \mathbf{c} $$

$$ E = \mathbf{r}^\top \mathbf{r} $$
"""
ENTRIES = r"""
Let $Z \in \mathbb{R}^{n \times k}$ and $V \in \mathbb{R}^{k \times p}$.

$$ A = \tanh(Z) $$

$$ Y = A V $$
"""
CODE = r"""
Let $X \in \mathbb{R}^{n \times d}$ and $W \in \mathbb{R}^{d \times k}$. Gradients of the loss
are written $dY = \frac{\partial L}{\partial Y}$, $dX = \frac{\partial L}{\partial X}$,
$dW = \frac{\partial L}{\partial W}$.

$$ Y = X W $$
"""
CODE_BOLD = r"""
Let $\mathbf{Q}, \mathbf{K} \in \mathbb{R}^{n \times d}$. We write
$\mathbf{dS} = \frac{\partial L}{\partial \mathbf{S}}$ and so on.

$$ \mathbf{S} = \mathbf{Q} \mathbf{K}^T $$
"""
