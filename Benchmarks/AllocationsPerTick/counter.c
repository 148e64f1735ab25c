// Counts what one thread asks of the heap. Preloaded (LD_PRELOAD) by run.sh; the benchmark says which thread and when.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

static _Atomic int watched;
static _Atomic long allocations, frees;
static __thread int own __attribute__((tls_model("initial-exec")));

static int is_watched(void) {
    int thread = atomic_load_explicit(&watched, memory_order_relaxed);
    if (!thread) return 0;
    if (!own) own = (int)syscall(SYS_gettid);
    return own == thread;
}

/// Starts counting for a thread (0: stops), from nothing.
void heap_watch(int thread) {
    atomic_store(&allocations, 0);
    atomic_store(&frees, 0);
    atomic_store(&watched, thread);
}

long heap_allocations(void) { return atomic_load(&allocations); }
long heap_frees(void) { return atomic_load(&frees); }

static void count_allocation(void) {
    if (is_watched()) atomic_fetch_add(&allocations, 1);
}

void *malloc(size_t size) {
    count_allocation();
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    count_allocation();
    return __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size) {
    count_allocation();
    return __libc_realloc(memory, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    count_allocation();
    return __libc_memalign(alignment, size);
}

void *memalign(size_t alignment, size_t size) {
    count_allocation();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
    count_allocation();
    *memory = __libc_memalign(alignment, size);
    return *memory ? 0 : 12;
}

void free(void *memory) {
    if (memory && is_watched()) atomic_fetch_add(&frees, 1);
    __libc_free(memory);
}
