"""The inputs of the layers that people write: for each kind and layout, a template for each role.

A cell holds alternatives, the most plausible first; the letters are the sizes in ``symbols``. Where two
readings run with the same inputs, the one whose sizes are all different comes first.
"""

from __future__ import annotations

TABLE = """
[product] needs left right
left: normal(N, D)
right: normal(N, D) | normal(D, M)
[loss] needs y
x, logits: normal(N, D)
prediction, left: uniform(N, D, low=0.05, high=0.95) | simplex(N, D)
y: integers(0, D, N) | onehot(N, D) | normal(N, D) | bernoulli(N, D) | normal(N) | integers(0, D, N, 1)
classes, n_in: D
mask: ones(N, dtype=bool)
[loss of sequences] needs y x|logits|prediction
x, logits: normal(N, T, V)
prediction: simplex(N, T, V)
y: integers(0, V, N, T) | onehot(N, T, V)
mask: bernoulli(N, T, p=0.8, dtype=bool) | ones(N, T)
[loss of vectors] needs y x|logits|prediction
x, logits: normal(N)
prediction, left: uniform(N, low=0.05, high=0.95) | simplex(N)
y: normal(N) | bernoulli(N) | onehot(N) | 1
[columns of losses] needs y x|logits|prediction
x, logits: normal(D, N)
prediction, left: uniform(D, N, low=0.05, high=0.95)
y: integers(0, D, N)
[two layers] needs x w1 w2
x: normal(N, D)
w1: normal(D, H)
b1: normal(H) | normal(1, H)
w2: normal(H, M)
b2: normal(M) | normal(1, M)
w3: normal(M, E)
b3: normal(E)
y: integers(0, M, N) | onehot(N, M) | normal(N, M)
[two layers, columns] needs x w1 w2
x: normal(D, N)
w1: normal(H, D)
b1: normal(H, 1)
w2: normal(M, H)
b2: normal(M, 1)
y: onehot(M, N) | normal(M, N)
[two layers, weight first] needs x w1 w2
x: normal(N, D)
w1: normal(H, D)
b1: normal(H)
w2: normal(M, H)
b2: normal(M)
[dense] needs x w
x: normal(N, D)
w: normal(D, M)
b: normal(M) | normal(1, M)
y: integers(0, M, N) | onehot(N, M) | normal(N, M) | normal(N)
[dense, weight first] needs x w
x: normal(N, D)
w: normal(M, D)
b: normal(M) | normal(1, M)
y: integers(0, M, N) | onehot(N, M) | normal(N, M)
[dense, columns] needs x w
x: normal(D, N)
w: normal(M, D)
b: normal(M, 1) | normal(M)
y: onehot(M, N) | normal(M, N) | integers(0, M, N) | bernoulli(M, N)
[dense, vector] needs x w
x: normal(D) | normal(D, 1)
w: normal(M, D) | normal(D, M)
b: normal(M) | normal(M, 1) | normal(1, M)
y: normal(M) | normal(M, 1) | onehot(M)
[one neuron] needs x w
x: normal(N, D) | normal(D)
w: normal(D) | normal(D, 1)
b: normal() | normal(1) | 0.5
y: normal(N) | bernoulli(N) | normal(N, 1) | normal()
[norm] needs x gain|shift|bn_param|ln_param|mean
x: normal(N, D)
gain, shift: normal(D) | normal(1, D) | normal()
mean: normal(D) | zeros(1, D)
var: positive(D) | positive(1, D)
n_in: D
bn_param: {"mode": "train"}
ln_param, gn_param: {}
[norm of sequences] needs x gain|shift
bn_param: {"mode": "train"}
ln_param: {}
x: normal(N, T, D)
gain, shift: normal(D) | normal(T, D)
[norm, columns] needs x gain|shift
bn_param: {"mode": "train"}
ln_param: {}
x: normal(D, N)
gain, shift: normal(D, 1)
[norm of images] needs x gain|shift; sizes N=2 C=6 G=3 Y=4 X=5
bn_param: {"mode": "train"}
ln_param, gn_param: {}
x: normal(N, C, Y, X)
gain, shift: normal(C) | normal(1, C, 1, 1)
mean: normal(C)
var: positive(C)
groups: G
c_in, n_in: C
[norm of images, channels last] needs x gain|shift; sizes N=2 C=6 G=3 Y=4 X=5
bn_param: {"mode": "train"}
ln_param, gn_param: {}
x: normal(N, Y, X, C)
gain, shift: normal(C)
groups: G
[bias] needs x b|shift
x: normal(N, D)
b, shift: normal(D) | normal(1, D) | normal(N, D) | normal()
[convolution] needs x w; sizes N=2; with convolution
x: normal(N, C, Y, X)
w: normal(F, C, KH, KW)
b: normal(F) | normal(F, 1) | normal(1, F, 1, 1)
[convolution, channels last] needs x w; sizes N=2; with convolution
x: normal(N, Y, X, C)
w: normal(KH, KW, C, F)
b: normal(F) | normal(1, 1, 1, F)
[convolution of sequences] needs x w; with convolution
x: normal(N, C, T) | normal(C, T)
w: normal(F, C, KH)
b: normal(F) | normal(F, 1)
[convolution of one image] needs x w; with convolution
x: normal(C, Y, X)
w: normal(F, C, KH, KW)
b: normal(F) | normal(F, 1)
[convolution of one channel] needs x w; with convolution
x: normal(Y, X) | normal(N, Y, X)
w: normal(KH, KW) | normal(F, KH, KW)
b: normal() | normal(1) | normal(F)
[depthwise convolution] needs x w; sizes N=2; with convolution
x: normal(N, C, Y, X)
w: normal(C, KH, KW) | normal(C, 1, KH, KW)
b: normal(C)
[transposed convolution] needs x w; sizes N=2; with convolution
x: normal(N, C, Y, X)
w: normal(C, F, KH, KW)
b: normal(F)
[convolution of one signal] needs x w; with convolution
x: normal(T)
w: normal(KH)
b: normal() | 0.5
[pooling] needs x pool_param|conv_param|pool|kernel|kernel_h|stride; sizes N=2 Y=6 X=4; with pooling
x: normal(N, C, Y, X) | normal(N, Y, X, C) | normal(C, Y, X) | normal(Y, X) | normal(N, C, X)
[convolution layer] needs c_in|c_out|kernel|kernel_h; sizes N=2; with convolution
x: normal(N, C, Y, X) | normal(N, Y, X, C) | normal(C, Y, X) | normal(Y, X) | normal(N, C, X)
input_shape: (C, Y, X) | (Y, X, C) | (N, C, Y, X) | (Y, X)
n_in: C
n_out: F
[embedding] needs ids table; sizes T=6
ids: integers(0, V, N, T) | integers(0, V, N)
table: normal(V, D)
[lookup] needs x w|table; sizes T=6
x: integers(0, V, N, T) | integers(0, V, N)
w, table: normal(V, D)
[embedding layer] needs vocab|emb; sizes T=6
x, ids: integers(0, V, N, T) | integers(0, V, N)
vocab: V
emb: D
length: T
[sequence of words] needs ids; sizes T=6
ids: integers(0, V, N, T) | integers(0, V, N)
[recurrent step] needs x wx wh
x: normal(N, D)
h: normal(N, H)
wx: normal(D, H)
wh: normal(H, H)
b: normal(H) | normal(1, H)
wy: normal(H, M)
by: normal(M)
[LSTM step] needs x wx wh
x: normal(N, D)
h, c: normal(N, H)
wx: normal(D, H4)
wh: normal(H, H4)
b: normal(H4)
[GRU step] needs x wx wh
x: normal(N, D)
h: normal(N, H)
wx: normal(D, H3)
wh: normal(H, H3)
b: normal(H3)
[recurrent sequence] needs x wx wh
x: normal(N, T, D)
h: normal(N, H)
wx: normal(D, H)
wh: normal(H, H)
b: normal(H)
[LSTM sequence] needs x wx wh
x: normal(N, T, D)
h, c: normal(N, H)
wx: normal(D, H4)
wh: normal(H, H4)
b: normal(H4)
[recurrent step, weight first] needs x wx wh
x: normal(N, D)
h: normal(N, H)
wx: normal(H, D)
wh: normal(H, H)
b: normal(H)
wy: normal(M, H)
by: normal(M)
[LSTM step, weight first] needs x wx wh
x: normal(N, D)
h, c: normal(N, H)
wx: normal(H4, D)
wh: normal(H4, H)
b: normal(H4)
[GRU step, weight first] needs x wx wh
x: normal(N, D)
h: normal(N, H)
wx: normal(H3, D)
wh: normal(H3, H)
b: normal(H3)
[recurrent step, columns] needs x wx wh
x: normal(D, N) | normal(D, 1)
h: normal(H, N) | normal(H, 1)
wx: normal(H, D)
wh: normal(H, H)
b: normal(H, 1)
wy: normal(M, H)
by: normal(M, 1)
[recurrent step of one vector] needs x wx wh
x: normal(D)
h: normal(H)
wx: normal(H, D)
wh: normal(H, H)
b: normal(H)
wy: normal(M, H)
by: normal(M)
[gates, columns] needs x gate
x: normal(D, N)
h, c: normal(H, N)
gate: normal(H, HD)
gate_b, b: normal(H, 1)
wy: normal(M, H)
by: normal(M, 1)
[gates] needs x gate
x: normal(N, D)
h, c: normal(N, H)
gate: normal(HD, H)
gate_b, b: normal(H)
[gates of two weights] needs x gate gate_u
x: normal(N, D)
h, c: normal(N, H)
gate: normal(D, H)
gate_u: normal(H, H)
gate_b, b: normal(H)
[gates of two weights, columns] needs x gate gate_u
x: normal(D, N)
h, c: normal(H, N)
gate: normal(H, D)
gate_u: normal(H, H)
gate_b, b: normal(H, 1)
[Elman network, columns] needs x elman_u w
x: normal(D, N) | normal(D)
h: normal(H, N) | normal(H)
elman_u: normal(H, D)
w: normal(H, H)
elman_v: normal(M, H)
b: normal(H, 1) | normal(H)
wy: normal(M, H)
[recurrent parameters] needs x params h
x: normal(D, N) | normal(D, N, T)
h, c: normal(H, N)
params: {"Wax": normal(H, D), "Waa": normal(H, H), "Wya": normal(M, H), \
"ba": normal(H, 1), "by": normal(M, 1)}
[LSTM parameters] needs x params h
x: normal(D, N) | normal(D, N, T)
h, c: normal(H, N)
params: {"Wf": normal(H, HD), "bf": normal(H, 1), "Wi": normal(H, HD), "bi": normal(H, 1), \
"Wc": normal(H, HD), "bc": normal(H, 1), "Wo": normal(H, HD), "bo": normal(H, 1), \
"Wy": normal(M, H), "by": normal(M, 1)}
[dense parameters] needs x params
x: normal(N, D) | normal(D, N)
params: {"W": normal(D, M), "b": normal(M)} | {"w": normal(D, M), "b": normal(M)} \
| {"W1": normal(D, H), "b1": normal(H), "W2": normal(H, M), "b2": normal(M)} \
| {"W": normal(M, D), "b": normal(M, 1)}
[attention] needs q k
q: normal(T, D)
k: normal(S, D)
v: normal(S, E)
mask: bernoulli(T, S, p=0.8, dtype=bool) | bernoulli(T, S, p=0.8) | zeros(T, S)
[attention of one sequence] needs q k
q, k, v: normal(T, D)
mask: bernoulli(T, T, p=0.8, dtype=bool) | bernoulli(T, T, p=0.8) | zeros(T, T)
[attention, batches] needs q k; sizes N=2
q: normal(N, T, D)
k: normal(N, S, D)
v: normal(N, S, E)
mask: bernoulli(T, S, p=0.8, dtype=bool) | bernoulli(N, T, S, p=0.8, dtype=bool) | zeros(T, S)
[attention, heads] needs q k; sizes N=3
q: normal(N, P, T, D)
k: normal(N, P, S, D)
v: normal(N, P, S, E)
mask: bernoulli(T, S, p=0.8, dtype=bool) | bernoulli(N, 1, T, S, p=0.8, dtype=bool) | zeros(T, S)
[attention, one size] needs q k; sizes D=6 P=2
q, k, v: normal(N, T, D)
mask: bernoulli(T, T, p=0.8, dtype=bool) | zeros(T, T)
heads: P
[self-attention] needs x wq; sizes N=2 D=6 E=4 P=2
x: normal(T, D) | normal(N, T, D)
wq: normal(D, E)
bq: normal(E)
wo: normal(E, D)
bo: normal(D)
wqkv: normal(D, D3)
heads: P
mask: bernoulli(T, T, p=0.8, dtype=bool) | zeros(T, T)
[self-attention, one size] needs x wq|wqkv; sizes N=2 D=6 P=2
x: normal(N, T, D) | normal(T, D)
wq, wo: normal(D, D)
bq, bo: normal(D)
wqkv: normal(D, D3)
heads: P
mask: bernoulli(T, T, p=0.8, dtype=bool) | zeros(T, T)
[attention layer] needs heads; sizes N=2 D=6 H=10 P=2
x, q, k, v: normal(N, T, D) | normal(T, D)
n_in, emb, n_out: D
hidden: H
heads: P
mask: bernoulli(T, T, p=0.8, dtype=bool) | zeros(T, T)
[recurrent layer] needs x hidden
x: normal(N, T, D) | normal(N, D) | normal(T, N, D) | normal(T, D) | normal(D, N) | normal(D, 1) | normal(D)
h, c: normal(N, H) | normal(H, N) | normal(H, 1) | normal(H)
n_in: D
hidden: H
n_out: M
length: T
[layer] needs x n_in|n_out|input_shape|hidden
input_shape: (D,) | (N, D)
hidden: H
x: normal(N, D) | normal(D, N) | normal(D) | normal(D, 1) | normal(N, T, D) | normal(N, D, 6, 5)
n_in: D | (D,)
n_out: M
[layer of images] needs x n_in|n_out|input_shape; sizes N=2
x: normal(N, C, Y, X) | normal(N, Y, X, C) | normal(C, Y, X)
input_shape: (C, Y, X) | (Y, X, C) | (N, C, Y, X)
n_in: C
[elementwise] needs x
x: normal(N, D) | normal(M) | normal(B, C, 6, 4) | normal(B, C, 6, 6) | normal() | normal(N, T, D)
mask: bernoulli(N, D, dtype=bool)
[anything] needs nothing
"""

COMMON = """
n_in: D | (D,)
n_out: M
classes: M | D
input_shape: (D,) | (N, D)
length: T
batch: N
eps: 1e-05
momentum: 0.9
lr: 0.01
axis: -1 | 1 | 0
alpha: 0.3
rate: 0.4
temperature: 2.0
reg: 0.1
margin: 1.0
activation: "relu" | "tanh" | "sigmoid"
mode: "train" | "max"
reduction: "mean"
training, flag: True
seed: 123
dropout_param: {"mode": "train", "p": 0.7, "seed": 123}
"""
"""What a parameter is in every family that does not say otherwise."""

ELSEWHERE = """
hidden: H
vocab: V
emb: D
heads: P
c_in: C
c_out: F
kernel, kernel_h, kernel_w: 3 | 2
pool: 2
stride: 1 | 2
pad: 1 | 0
dilation, groups: 1
bn_param: {"mode": "train"}
ln_param, gn_param: {}
conv_param: {"stride": 1, "pad": 1}
pool_param: {"pool_height": 2, "pool_width": 2, "stride": 2}
"""
"""What a parameter is in a family that it hardly belongs to: that it is there tells of another family."""

BLOCKS = {
    "convolution": """
conv_param: {"stride": 1, "pad": 1} | {"stride": 2, "pad": 1}
stride: 1 | 2 | (1, 1)
pad: 1 | 0 | (1, 1) | "same" | "valid"
dilation, groups: 1
kernel: KH | (KH, KW)
kernel_h: KH
kernel_w: KW
c_in: C
c_out: F
""",
    "pooling": """
pool_param: {"pool_height": 2, "pool_width": 2, "stride": 2} | {"f": 2, "stride": 2}
conv_param: {"f": 2, "stride": 2} | {"pool_height": 2, "pool_width": 2, "stride": 2}
stride: 2 | (2, 2)
kernel, pool: 2 | (2, 2)
kernel_h, kernel_w: 2
pad: 0
mode: "max"
""",
}
"""Cells that several families share."""

UNKNOWN = "normal(N, D) | normal(M) | normal(B, C, 6, 4) | normal(B, C, 6, 6) | normal() | 0.5 | 2"
UNKNOWN_IN_CONSTRUCTOR = "D | M | 0.5 | None"
"""What a parameter is whose name says nothing."""
