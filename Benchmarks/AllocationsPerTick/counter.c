// Counts what one thread asks of the heap, and how often it takes or waits for a lock. Preloaded (LD_PRELOAD) by run.sh; the benchmark says which
// thread and when. Of Swift's own Mutex only waiting can be seen (it calls the kernel's futex), since taking it is a mere atomic operation.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

static _Atomic int watched;
static _Atomic long allocations, frees, locks;
static __thread int own __attribute__((tls_model("initial-exec")));

static int is_watched(void) {
    int thread = atomic_load_explicit(&watched, memory_order_relaxed);
    if (!thread) return 0;
    if (!own) own = gettid();
    return own == thread;
}

static void count_lock(void) {
    if (is_watched()) atomic_fetch_add(&locks, 1);
}

/// Starts counting for a thread (0: stops), from nothing.
void heap_watch(int thread) {
    atomic_store(&allocations, 0);
    atomic_store(&frees, 0);
    atomic_store(&locks, 0);
    atomic_store(&watched, thread);
}

long heap_allocations(void) { return atomic_load(&allocations); }
long heap_frees(void) { return atomic_load(&frees); }
long lock_count(void) { return atomic_load(&locks); }

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

// Locks: what POSIX offers, and the kernel's own.

static void *next(const char *name, _Atomic(void *) *kept) {
    void *found = atomic_load_explicit(kept, memory_order_relaxed);
    if (!found) atomic_store_explicit(kept, found = dlsym(RTLD_NEXT, name), memory_order_relaxed);
    return found;
}

#define COUNTED(name, parameters, arguments)                                 \
    int name parameters {                                                    \
        static _Atomic(void *) kept;                                         \
        count_lock();                                                        \
        return ((int (*) parameters)next(#name, &kept)) arguments;           \
    }

COUNTED(pthread_mutex_lock, (pthread_mutex_t * mutex), (mutex))
COUNTED(pthread_mutex_trylock, (pthread_mutex_t * mutex), (mutex))
COUNTED(pthread_rwlock_rdlock, (pthread_rwlock_t * lock), (lock))
COUNTED(pthread_rwlock_wrlock, (pthread_rwlock_t * lock), (lock))
COUNTED(pthread_spin_lock, (pthread_spinlock_t * lock), (lock))
COUNTED(pthread_cond_wait, (pthread_cond_t * condition, pthread_mutex_t *mutex), (condition, mutex))
COUNTED(sem_wait, (sem_t * semaphore), (semaphore))

/// Waiting for a lock of Swift's, and waking who waits, come here.
long syscall(long number, ...) {
    static _Atomic(void *) kept;
    va_list list;
    va_start(list, number);
    long words[6];
    for (int index = 0; index < 6; ++index) words[index] = va_arg(list, long);
    va_end(list);
    if (number == SYS_futex) count_lock();
    return ((long (*)(long, ...))next("syscall", &kept))(number, words[0], words[1], words[2], words[3], words[4], words[5]);
}
