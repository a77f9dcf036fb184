// cuDNN without a GPU, by its older interface: what is not here does nothing, too (see build).
#include <stddef.h>
#include <stdlib.h>

extern void nullgpu_kernel(void *stream);

typedef struct { void *stream; } handle;
typedef struct { int algorithm, status; float time; size_t memory; int determinism, math, reserved[3]; } performance;

int cudnnCreate(handle **h) { *h = calloc(1, sizeof **h); return 0; }
int cudnnSetStream(handle *h, void *stream) { h->stream = stream; return 0; }
int cudnnGetStream(handle *h, void **stream) { *stream = h->stream; return 0; }
size_t cudnnGetVersion(void) { return 91900; }
size_t cudnnGetCudartVersion(void) { return 13010; }
const char *cudnnGetErrorString(int status) { return "an error of cuDNN"; }
void cudnnGetLastErrorString(char *text, size_t n) { if (n) *text = 0; }

static int create(void **d) { *d = malloc(1); return 0; }
static int destroy(void *d) { free(d); return 0; }
int cudnnCreateTensorDescriptor(void **d) { return create(d); }
int cudnnCreateFilterDescriptor(void **d) { return create(d); }
int cudnnCreateConvolutionDescriptor(void **d) { return create(d); }
int cudnnDestroyTensorDescriptor(void *d) { return destroy(d); }
int cudnnDestroyFilterDescriptor(void *d) { return destroy(d); }
int cudnnDestroyConvolutionDescriptor(void *d) { return destroy(d); }

static int only(int *n, performance *all) { *all = (performance) {1, 0, 1, 0, 1, 0}; *n = 1; return 0; }
int cudnnGetConvolutionForwardAlgorithm_v7(handle *h, void *x, void *w, void *c, void *y, int most, int *n, performance *all) { return only(n, all); }
int cudnnGetConvolutionBackwardDataAlgorithm_v7(handle *h, void *x, void *w, void *c, void *y, int most, int *n, performance *all) { return only(n, all); }
int cudnnGetConvolutionBackwardFilterAlgorithm_v7(handle *h, void *x, void *w, void *c, void *y, int most, int *n, performance *all) { return only(n, all); }
static int workspace(size_t *bytes) { *bytes = 1 << 20; return 0; }
int cudnnGetConvolutionForwardWorkspaceSize(handle *h, void *x, void *w, void *c, void *y, int a, size_t *bytes) { return workspace(bytes); }
int cudnnGetConvolutionBackwardDataWorkspaceSize(handle *h, void *x, void *w, void *c, void *y, int a, size_t *bytes) { return workspace(bytes); }
int cudnnGetConvolutionBackwardFilterWorkspaceSize(handle *h, void *x, void *w, void *c, void *y, int a, size_t *bytes) { return workspace(bytes); }

int cudnnGetBatchNormalizationForwardTrainingExWorkspaceSize(handle *h, int m, int o, void *x, void *z, void *y, void *b, void *a, size_t *bytes) { return workspace(bytes); }
int cudnnGetBatchNormalizationBackwardExWorkspaceSize(handle *h, int m, int o, void *x, void *y, void *dy, void *dz, void *dx, void *b, void *a, size_t *bytes) { return workspace(bytes); }
int cudnnGetBatchNormalizationTrainingExReserveSpaceSize(handle *h, int m, int o, void *a, void *x, size_t *bytes) { return workspace(bytes); }

static int launch(handle *h) { nullgpu_kernel(h->stream); return 0; }
int cudnnConvolutionForward(handle *h) { return launch(h); }
int cudnnConvolutionBackwardData(handle *h) { return launch(h); }
int cudnnConvolutionBackwardFilter(handle *h) { return launch(h); }
int cudnnBatchNormalizationForwardTrainingEx(handle *h) { return launch(h); }
int cudnnBatchNormalizationBackwardEx(handle *h) { return launch(h); }
