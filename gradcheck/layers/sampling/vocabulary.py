"""What people call the inputs of layers: a table from roles to names, most telling role first.

Names are compared without underscores, as they are and in lower case: ``prev_h`` is ``prevh``, ``W1``
is ``w1``.
"""

from __future__ import annotations

ARRAYS = """
prediction: ypred yhat p probs prob probabilities probability prediction predictions predicted pred
    preds output outputs out yp al
logits: logits logit scores score
y: y labels label targets target t ytrue truth truelabels groundtruth gt classes onehot yonehot expected
    desired tgt reference ylabels ybatch actual
h: h hprev prevh hidden hiddenstate h0 hinit initialh state prevstate htm1 prevhidden aprev a0 hx ht s
    hidden0 hiddenprev initialstate
c: c cprev prevc cell cellstate c0 prevcell cx ctm1 ct
wx: wx wxh wih weightih wax wi2h wxz wxr
wh: wh whh weighthh waa wrec wh2h
wy: wy why wya wout wo2y
by: by bout
gate: wf wi wc wo wz wr wu wg wh
gate_u: uf ui uo uc ug uz ur uh un
gate_b: bf bi bo bc bz br bu bg
elman_u: u
elman_v: v
q: q query queries
k: k key keys
v: v value values
wq: wq wk wv wquery wkey wvalue
wo: wo wproj woutput
bq: bq bk bv bquery bkey bvalue
bo: bo bproj
wqkv: wqkv wattn
mask: mask attnmask attentionmask srcmask paddingmask keypaddingmask
ids: ids indices index idx tokens tokenids inputids words wordids
left: a
right: b
w1: w1 weights1 theta1
b1: b1 bias1
w2: w2 weights2 theta2
b2: b2 bias2
w3: w3 weights3
b3: b3 bias3
w: w weight weights kernel kernels filter filters wmat theta coef coefs matrix wt
table: table emb embed embedding embeddings embeddingmatrix we wemb w weight weights lookup
gain: gamma scale g gain weight weights
b: b bias biases intercept bh ba bih bhh
shift: beta shift offset bias b
mean: runningmean movingmean mean mu
var: runningvar movingvar var variance sigma2
params: parameters params param
x: x xs xt xin xbatch input inputs inp inputdata data a z aprev ain zin inputtensor features feature
    embedding embeddings sequence seq image images img src source tensor activations vec vector u v h s
    anchor positive negative previouslayer layerinput logits scores arr array values points signal
    hidden state q val
"""
"""Roles of arrays. A name may have several; a family of layers takes the first that it knows."""

OTHERS = """
conv_param: convparam convparams hparameters hparams hyperparameters
pool_param: poolparam poolparams hparameters hparams hyperparameters
bn_param: bnparam bnparams
ln_param: lnparam lnparams
gn_param: gnparam gnparams
dropout_param: dropoutparam dropoutparams
stride: stride strides s
pad: pad padding pads
dilation: dilation dilations
kernel: kernelsize ksize filtersize filtershape fsize f kernelshape windowsize window
pool: poolsize poolingsize poolshape windowsize window
kernel_h: kernelheight filterheight poolheight kh hh
kernel_w: kernelwidth filterwidth poolwidth kw ww
n_in: nin inputsize sizein insize indim dimin inputdim inputdims infeatures fanin numinputs ninputs nx
    inputunits inputfeatures numfeatures nfeatures dmodel embeddim embeddingdim embedsize hiddendim
    modeldim featuresize inputlength inputlen numin dims normalizedshape
n_out: nout outputsize sizeout outsize outdim dimout outputdim outputdims outfeatures fanout units
    noutputs numoutputs outputunits outputfeatures numunits nunits numneurons nneurons numhidden numout
    ny
hidden: hiddensize hiddendim hiddendims nhidden numhidden hiddenunits nh dff dhidden ffdim na
c_in: inchannels inch cin nchannels numchannels inputchannels channelsin channels
c_out: outchannels outch cout nfilters numfilters outputchannels channelsout nkernels numkernels
classes: numclasses nclasses nclass
vocab: vocabsize nvocab numembeddings vocab vocabularysize numwords ntokens inputdim
emb: embeddim embeddingdim embedsize embeddingsize wordvecsize wordvecdim dmodel embdim outputdim
heads: numheads nheads nhead heads numh
groups: G groups numgroups ngroups
length: seqlen seqlength sequencelength maxlen maxseqlen timesteps ntimesteps nsteps seq
batch: batchsize nbatch bs
input_shape: inputshape inshape shape inputdim imageshape
eps: eps epsilon
momentum: momentum decay rho
lr: lr learningrate eta stepsize
axis: axis dim axes
alpha: alpha slope negativeslope leak leakiness scale
rate: rate dropout dropoutrate keepprob p prob droprob pdrop dropprob dropoutp probability pkeep ratio
temperature: temperature tau temp
reg: reg lam lambda lambd l2 weightdecay reglambda regstrength l2reg
margin: margin delta threshold
activation: activation act nonlinearity activationfn activationfunction activationname
mode: mode
reduction: reduction reduce
training: training train istraining trainmode istrain
flag: usebias hasbias inplace keepdims trainable affine causal iscausal bidirectional
    returnsequences
seed: seed randomstate randomseed
"""
"""Roles of everything else."""

CONSTRUCTOR = """
n_in: input inputs d dim dims size n features in insize embed embedding
n_out: output outputs out m units neurons k size
hidden: hidden h
c_in: channels c
c_out: filters filter kernels depth
kernel: kernel k f size
pool: pool size
length: t
rate: p
classes: classes
alpha: a beta c
activation: name activationname
flag: bias
"""
"""What these names mean among the parameters of a constructor, before anything else."""

_COUNT = "(num|number|no|n|size|dim|len|nb)?(of)?"
_THING = "(size|dim|features?|units?|nodes?|neurons?|count|len|length|width|layer|s)*"
PATTERNS = {
    f"{_COUNT}(inputs?|in|prev|previous){_THING}": "n_in",
    f"{_COUNT}(outputs?|out|next|neurons?|nodes?|units?){_THING}": "n_out",
    f"{_COUNT}(hidden|hid){_THING}": "hidden",
    ".*(weights?|kernels?|filters?|matrix)": "w",
    ".*bias(es)?": "b",
    ".*(labels?|targets?|truth)": "y",
    ".*(inputs?|tensor|batch|images?|data|activations?)": "x",
    ".*(dropout|rate|prob)": "rate",
    ".*(eps|epsilon)": "eps",
}
"""What a name that is not in the tables probably means; a size only in a constructor."""
