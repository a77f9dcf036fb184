// A CUDA runtime without a GPU, to run what a host does for one: its memory is the host's, copies
// copy, kernels do nothing. It counts, and says on the file $NULLGPU_LOG.<pid> what would hold a GPU
// up. The file $NULLGPU_LOG.bytes, where there is one, says how large its memory is.
#define _GNU_SOURCE
#include <cuda_runtime_api.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// ---- what is counted and said

static atomic_long kernels, graphs, nodes, to_device, to_host, waits, violations;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static FILE *out;
static size_t used, size = 80ull << 30;

static FILE *beside(const char *what, const char *how) {
  char path[4096];
  const char *name = getenv("NULLGPU_LOG");
  snprintf(path, sizeof path, "%s.%s", name ? name : "nullgpu", what);
  return fopen(path, how);
}

__attribute__((constructor)) static void read_size(void) {
  FILE *bytes = beside("bytes", "r");
  if (bytes) {
    fscanf(bytes, "%zu", &size);
    fclose(bytes);
  }
}

static void say(const char *format, ...) {
  pthread_mutex_lock(&lock);
  if (!out) {
    char pid[16];
    snprintf(pid, sizeof pid, "%d", (int) getpid());
    out = beside(pid, "a");
  }
  va_list arguments;
  va_start(arguments, format);
  vfprintf(out, format, arguments);
  va_end(arguments);
  fprintf(out, "\tkernels=%ld graphs=%ld nodes=%ld to_device=%ld to_host=%ld waits=%ld mib=%zu violations=%ld\n",
          kernels, graphs, nodes, to_device, to_host, waits, used >> 20, violations);
  fflush(out);
  pthread_mutex_unlock(&lock);
}

// ---- streams and graphs

typedef struct node {
  enum { KERNEL, COPY, SET } kind;
  void *to;
  const void *from;
  size_t bytes;
  int value;
  struct node *next;
} node;

typedef struct {
  node *first, *last;
  long kernels, others;
} graph;

typedef struct {
  int number;
  graph *captured;
  unsigned long long capture;
} stream;

static atomic_int streams;
static atomic_ullong captures;
static __thread stream *capturing;
static __thread enum cudaStreamCaptureMode mode = cudaStreamCaptureModeGlobal;
static __thread cudaError_t error;

static cudaError_t fail(cudaError_t e) { return error = e; }
static stream *of(cudaStream_t s) { return (stream *) s; }
static int is_captured(cudaStream_t s) { return s && of(s)->captured; }
static int number(cudaStream_t s) { return s ? of(s)->number : 0; }

static void forbid(int when, const char *what) {
  if (when) {
    violations++;
    say("VIOLATION: %s in a capture", what);
  }
}

// The calls that a capture of this thread rules out, unless it was begun as a relaxed one.
static void forbid_unsafe(const char *what) {
  forbid(capturing && mode != cudaStreamCaptureModeRelaxed, what);
}

static void add(cudaStream_t s, node step) {
  graph *g = of(s)->captured;
  node *last = malloc(sizeof *last);
  *last = step;
  last->next = 0;
  pthread_mutex_lock(&lock);
  if (g->last) g->last->next = last;
  else g->first = last;
  g->last = last;
  if (step.kind == KERNEL) g->kernels++;
  else g->others++;
  pthread_mutex_unlock(&lock);
}

// Also for the kernels of other libraries.
void nullgpu_kernel(cudaStream_t s) {
  if (is_captured(s)) add(s, (node) {KERNEL});
  else kernels++;
}

cudaError_t cudaStreamCreateWithPriority(cudaStream_t *s, unsigned flags, int priority) {
  stream *created = calloc(1, sizeof *created);
  created->number = ++streams;
  *s = (cudaStream_t) created;
  return 0;
}
cudaError_t cudaStreamDestroy(cudaStream_t s) { return 0; }
cudaError_t cudaStreamGetPriority(cudaStream_t s, int *priority) { *priority = 0; return 0; }
cudaError_t cudaStreamQuery(cudaStream_t s) { return 0; }
cudaError_t cudaStreamWaitEvent(cudaStream_t s, cudaEvent_t e, unsigned flags) { return 0; }
cudaError_t cudaStreamAddCallback(cudaStream_t s, cudaStreamCallback_t call, void *data, unsigned flags) {
  call(s, 0, data);
  return 0;
}
cudaError_t cudaStreamSynchronize(cudaStream_t s) {
  waits++;
  forbid(is_captured(s), "cudaStreamSynchronize");
  say("wait for stream %d", number(s));
  return 0;
}
cudaError_t cudaDeviceSynchronize(void) {
  waits++;
  forbid_unsafe("cudaDeviceSynchronize");
  say("wait for the device");
  return 0;
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t *e, unsigned flags) { *e = malloc(1); return 0; }
cudaError_t cudaEventCreate(cudaEvent_t *e) { return cudaEventCreateWithFlags(e, 0); }
cudaError_t cudaEventDestroy(cudaEvent_t e) { free(e); return 0; }
cudaError_t cudaEventElapsedTime(float *ms, cudaEvent_t from, cudaEvent_t to) { *ms = 1; return 0; }
cudaError_t cudaEventQuery(cudaEvent_t e) { forbid_unsafe("cudaEventQuery"); return 0; }
cudaError_t cudaEventRecord(cudaEvent_t e, cudaStream_t s) { return 0; }
cudaError_t cudaEventRecordWithFlags(cudaEvent_t e, cudaStream_t s, unsigned flags) { return 0; }
cudaError_t cudaEventSynchronize(cudaEvent_t e) { waits++; forbid_unsafe("cudaEventSynchronize"); return 0; }

cudaError_t cudaStreamBeginCapture(cudaStream_t s, enum cudaStreamCaptureMode m) {
  if (!s || is_captured(s)) return fail(cudaErrorIllegalState);
  of(s)->captured = calloc(1, sizeof(graph));
  of(s)->capture = ++captures;
  capturing = of(s);
  mode = m;
  return 0;
}
cudaError_t cudaStreamEndCapture(cudaStream_t s, cudaGraph_t *g) {
  if (!is_captured(s)) return fail(cudaErrorIllegalState);
  graph *captured = of(s)->captured;
  *g = (cudaGraph_t) captured;
  of(s)->captured = 0;
  capturing = 0;
  mode = cudaStreamCaptureModeGlobal;
  say("captured %ld kernels and %ld copies on stream %d", captured->kernels, captured->others, number(s));
  return 0;
}
cudaError_t cudaStreamIsCapturing(cudaStream_t s, enum cudaStreamCaptureStatus *status) {
  *status = is_captured(s) ? cudaStreamCaptureStatusActive : cudaStreamCaptureStatusNone;
  return 0;
}
cudaError_t cudaStreamGetCaptureInfo(cudaStream_t s, enum cudaStreamCaptureStatus *status, unsigned long long *id,
                                     cudaGraph_t *g, const cudaGraphNode_t **from, const cudaGraphEdgeData **edges, size_t *n) {
  cudaStreamIsCapturing(s, status);
  if (id) *id = is_captured(s) ? of(s)->capture : 0;
  if (g) *g = 0;
  if (from) *from = 0;
  if (edges) *edges = 0;
  if (n) *n = 0;
  return 0;
}
cudaError_t cudaThreadExchangeStreamCaptureMode(enum cudaStreamCaptureMode *m) {
  enum cudaStreamCaptureMode before = mode;
  mode = *m;
  *m = before;
  return 0;
}
cudaError_t cudaGraphInstantiate(cudaGraphExec_t *e, cudaGraph_t g, unsigned long long flags) { *e = (cudaGraphExec_t) g; return 0; }
cudaError_t cudaGraphInstantiateWithFlags(cudaGraphExec_t *e, cudaGraph_t g, unsigned long long flags) { return cudaGraphInstantiate(e, g, flags); }
cudaError_t cudaGraphLaunch(cudaGraphExec_t e, cudaStream_t s) {
  graph *g = (graph *) e;
  forbid(is_captured(s), "cudaGraphLaunch");
  graphs++;
  nodes += g->kernels + g->others;
  for (node *step = g->first; step; step = step->next) {
    if (step->kind == COPY) memmove(step->to, step->from, step->bytes);
    if (step->kind == SET) memset(step->to, step->value, step->bytes);
  }
  return 0;
}
cudaError_t cudaGraphDestroy(cudaGraph_t g) { return 0; }
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t e) { say("graph destroyed"); return 0; }
cudaError_t cudaGraphGetNodes(cudaGraph_t g, cudaGraphNode_t *all, size_t *n) { *n = ((graph *) g)->kernels; return 0; }
cudaError_t cudaGraphNodeGetDependencies(cudaGraphNode_t of_node, cudaGraphNode_t *all, cudaGraphEdgeData *edges, size_t *n) { *n = 0; return 0; }
cudaError_t cudaGraphDebugDotPrint(cudaGraph_t g, const char *path, unsigned flags) { return 0; }

// ---- memory; the page before a block holds its size

enum { PAGE = 4096 };

cudaError_t cudaMalloc(void **p, size_t bytes) {
  forbid_unsafe("cudaMalloc");
  pthread_mutex_lock(&lock);
  int full = used + bytes > size;
  if (!full) used += bytes;
  pthread_mutex_unlock(&lock);
  char *block = 0;
  if (full || posix_memalign((void **) &block, PAGE, bytes + PAGE)) {
    say("memory is full, %zu bytes were asked for", bytes);
    *p = 0;
    return fail(cudaErrorMemoryAllocation);
  }
  *(size_t *) block = bytes;
  *p = block + PAGE;
  return 0;
}
cudaError_t cudaFree(void *p) {
  if (!p) return 0;
  forbid_unsafe("cudaFree");
  char *block = (char *) p - PAGE;
  pthread_mutex_lock(&lock);
  used -= *(size_t *) block;
  pthread_mutex_unlock(&lock);
  free(block);
  return 0;
}
cudaError_t cudaMallocAsync(void **p, size_t bytes, cudaStream_t s) { return cudaMalloc(p, bytes); }
cudaError_t cudaFreeAsync(void *p, cudaStream_t s) { return cudaFree(p); }
cudaError_t cudaHostAlloc(void **p, size_t bytes, unsigned flags) { *p = malloc(bytes); return 0; }
cudaError_t cudaFreeHost(void *p) { free(p); return 0; }
cudaError_t cudaHostRegister(void *p, size_t bytes, unsigned flags) { return 0; }
cudaError_t cudaHostUnregister(void *p) { return 0; }
cudaError_t cudaMemGetInfo(size_t *free_bytes, size_t *total) {
  say("memory is asked for");
  *total = size;
  *free_bytes = size - used;
  return 0;
}
cudaError_t cudaPointerGetAttributes(struct cudaPointerAttributes *a, const void *p) {
  memset(a, 0, sizeof *a);
  a->type = cudaMemoryTypeUnregistered;
  return 0;
}
cudaError_t cudaMemcpyAsync(void *to, const void *from, size_t bytes, enum cudaMemcpyKind kind, cudaStream_t s) {
  if (is_captured(s)) {
    forbid(kind == cudaMemcpyHostToDevice || kind == cudaMemcpyDeviceToHost, "a copy from or to the host");
    add(s, (node) {COPY, to, from, bytes});
    return 0;
  }
  if (kind == cudaMemcpyDeviceToHost) {
    // What no kernel computed would not even be in range.
    memset(to, 0, bytes);
    to_host++;
    say("%zu bytes to the host, stream %d", bytes, number(s));
  } else {
    memmove(to, from, bytes);
    if (kind == cudaMemcpyHostToDevice) {
      to_device++;
      say("%zu bytes from the host, stream %d", bytes, number(s));
    }
  }
  return 0;
}
cudaError_t cudaMemcpy(void *to, const void *from, size_t bytes, enum cudaMemcpyKind kind) {
  waits++;
  forbid_unsafe("cudaMemcpy");
  return cudaMemcpyAsync(to, from, bytes, kind, 0);
}
cudaError_t cudaMemcpyPeerAsync(void *to, int a, const void *from, int b, size_t bytes, cudaStream_t s) {
  return cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, s);
}
cudaError_t cudaMemcpyToSymbol(const void *to, const void *from, size_t bytes, size_t offset, enum cudaMemcpyKind kind) { return 0; }
cudaError_t cudaMemsetAsync(void *p, int value, size_t bytes, cudaStream_t s) {
  if (is_captured(s)) add(s, (node) {SET, p, 0, bytes, value});
  else memset(p, value, bytes);
  return 0;
}
cudaError_t cudaMemset(void *p, int value, size_t bytes) { return cudaMemsetAsync(p, value, bytes, 0); }
cudaError_t cudaGetSymbolAddress(void **p, const void *symbol) {
  static char room[1 << 16];
  *p = room;
  return 0;
}

// ---- kernels

static __thread struct { dim3 grid, block; size_t shared; void *stream; } next;

unsigned __cudaPushCallConfiguration(dim3 grid, dim3 block, size_t shared, struct CUstream_st *s) {
  next.grid = grid;
  next.block = block;
  next.shared = shared;
  next.stream = s;
  return 0;
}
cudaError_t __cudaPopCallConfiguration(dim3 *grid, dim3 *block, size_t *shared, void *s) {
  *grid = next.grid;
  *block = next.block;
  *shared = next.shared;
  *(void **) s = next.stream;
  return 0;
}
cudaError_t __cudaGetKernel(cudaKernel_t *k, const void *f) { *k = (cudaKernel_t) f; return 0; }
cudaError_t __cudaLaunchKernel(cudaKernel_t k, dim3 grid, dim3 block, void **arguments, size_t shared, cudaStream_t s) {
  nullgpu_kernel(s);
  return 0;
}
cudaError_t cudaLaunchKernelExC(const cudaLaunchConfig_t *c, const void *f, void **arguments) {
  nullgpu_kernel(c->stream);
  return 0;
}
void **__cudaRegisterFatBinary(void *f) { static void *handle[2]; return handle; }
void __cudaRegisterFatBinaryEnd(void **h) {}
void __cudaUnregisterFatBinary(void **h) {}
void __cudaRegisterFunction(void **h, const char *f, char *df, const char *n, int t, void *a, void *b, void *c, void *d, int *w) {}
void __cudaRegisterVar(void **h, char *v, char *a, const char *n, int e, size_t s, int c, int g) {}
cudaError_t cudaFuncGetAttributes(struct cudaFuncAttributes *a, const void *f) {
  memset(a, 0, sizeof *a);
  a->maxThreadsPerBlock = 1024;
  a->numRegs = 32;
  a->ptxVersion = a->binaryVersion = 90;
  a->maxDynamicSharedSizeBytes = 49152;
  return 0;
}
cudaError_t cudaFuncSetAttribute(const void *f, enum cudaFuncAttribute a, int value) { return 0; }
cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int *n, const void *f, int block, size_t shared, unsigned flags) { *n = 2; return 0; }

// ---- the device, one like an H100, and errors

cudaError_t cudaGetDeviceCount(int *n) { *n = 1; return 0; }
cudaError_t cudaGetDevice(int *d) { *d = 0; return 0; }
cudaError_t cudaSetDevice(int d) { return d == 0 ? 0 : fail(cudaErrorInvalidDevice); }
cudaError_t cudaDriverGetVersion(int *v) { *v = 13010; return 0; }
cudaError_t cudaRuntimeGetVersion(int *v) { *v = 13010; return 0; }
cudaError_t cudaGetDeviceProperties(struct cudaDeviceProp *p, int d) {
  memset(p, 0, sizeof *p);
  strcpy(p->name, "Null GPU");
  p->major = 9;
  p->warpSize = 32;
  p->multiProcessorCount = 132;
  p->maxThreadsPerMultiProcessor = 2048;
  p->maxThreadsPerBlock = p->maxThreadsDim[0] = p->maxThreadsDim[1] = 1024;
  p->maxThreadsDim[2] = 64;
  p->maxGridSize[0] = 2147483647;
  p->maxGridSize[1] = p->maxGridSize[2] = 65535;
  p->sharedMemPerBlock = 49152;
  p->sharedMemPerBlockOptin = 232448;
  p->sharedMemPerMultiprocessor = 233472;
  p->regsPerBlock = p->regsPerMultiprocessor = 65536;
  p->totalGlobalMem = size;
  p->l2CacheSize = 50 << 20;
  return 0;
}
cudaError_t cudaDeviceGetAttribute(int *v, enum cudaDeviceAttr a, int d) {
  switch (a) {
    case cudaDevAttrMaxThreadsPerBlock: *v = 1024; break;
    case cudaDevAttrMultiProcessorCount: *v = 132; break;
    case cudaDevAttrMaxSharedMemoryPerBlock: *v = 49152; break;
    case cudaDevAttrMaxSharedMemoryPerBlockOptin: *v = 232448; break;
    case cudaDevAttrComputeCapabilityMajor: *v = 9; break;
    case cudaDevAttrWarpSize: *v = 32; break;
    case cudaDevAttrMaxGridDimX: *v = 2147483647; break;
    case cudaDevAttrMaxGridDimY: case cudaDevAttrMaxGridDimZ: *v = 65535; break;
    case cudaDevAttrMaxThreadsPerMultiProcessor: *v = 2048; break;
    default: *v = 0;
  }
  return 0;
}
cudaError_t cudaDeviceGetStreamPriorityRange(int *least, int *greatest) { *least = 0; *greatest = -5; return 0; }
cudaError_t cudaDeviceGetPCIBusId(char *id, int n, int d) { snprintf(id, n, "0000:00:00.0"); return 0; }
cudaError_t cudaDeviceCanAccessPeer(int *can, int a, int b) { *can = 0; return 0; }
cudaError_t cudaGetDriverEntryPointByVersion(const char *name, void **f, unsigned version, unsigned long long flags,
                                             enum cudaDriverEntryPointQueryResult *found) {
  *f = 0;
  if (found) *found = cudaDriverEntryPointSymbolNotFound;
  return 0;
}
cudaError_t cudaGetLastError(void) {
  cudaError_t e = error;
  error = 0;
  return e;
}
cudaError_t cudaPeekAtLastError(void) { return error; }
const char *cudaGetErrorString(cudaError_t e) { return e == cudaErrorMemoryAllocation ? "out of memory" : e ? "an error" : "no error"; }
const char *cudaGetErrorName(cudaError_t e) { return e ? "cudaError" : "cudaSuccess"; }
