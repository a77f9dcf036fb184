// cuBLAS without a GPU: what is not here does nothing, too (see build).
#include <stdlib.h>

extern void nullgpu_kernel(void *stream);

typedef struct { void *stream; } handle;

int cublasCreate_v2(handle **h) { *h = calloc(1, sizeof **h); return 0; }
int cublasDestroy_v2(handle *h) { free(h); return 0; }
int cublasSetStream_v2(handle *h, void *stream) { h->stream = stream; return 0; }
int cublasGetPointerMode_v2(handle *h, int *mode) { *mode = 0; return 0; }
int cublasGetMathMode(handle *h, int *mode) { *mode = 0; return 0; }
static int launch(handle *h) { nullgpu_kernel(h->stream); return 0; }
int cublasSgemm_v2(handle *h) { return launch(h); }
int cublasSgemmEx(handle *h) { return launch(h); }
int cublasGemmEx(handle *h) { return launch(h); }
int cublasSgemv_v2(handle *h) { return launch(h); }
int cublasSgemmStridedBatched(handle *h) { return launch(h); }
int cublasGemmStridedBatchedEx(handle *h) { return launch(h); }
