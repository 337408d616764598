// Enough of CUDA C for g++ to run a kernel on the processor: blocks one after the other, and the threads of a block
// as coroutines that change over at barriers only. Thread 0 goes first, up to the barrier: where one is missing, it
// reads what the others have not written yet, every time.
#define _XOPEN_SOURCE 700  // macOS has ucontext.h under this name only
#include <ucontext.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#define __global__
#define __device__
#define __shared__ static
#define __launch_bounds__(...)
using std::max;
using std::min;
inline float rsqrtf(float x) { return 1.0f / std::sqrt(x); }

struct Index { int x, y, z; };
Index threadIdx, blockIdx, blockDim, gridDim;

namespace shim {
constexpr std::size_t STACK = 128 * 1024;
struct Thread {
    ucontext_t context;
    std::unique_ptr<char[]> stack{new char[STACK]};
    bool done = false;
};
ucontext_t scheduler;
Thread *running;
void (*call)(void (*)(), void **);
void (*kernel)();
void **arguments;

void enter() {
    call(kernel, arguments);
    running->done = true;
}

// 0, or 1 if some threads of a block ended while others wait at a barrier.
int run_block(int threads) {
    if (threads == 1) {
        threadIdx = {0, 0, 0};
        call(kernel, arguments);
        return 0;
    }
    std::vector<Thread> block(threads);
    for (auto &thread : block) {
        getcontext(&thread.context);
        thread.context.uc_stack.ss_sp = thread.stack.get();
        thread.context.uc_stack.ss_size = STACK;
        thread.context.uc_link = &scheduler;
        makecontext(&thread.context, enter, 0);
    }
    for (;;) {
        int ended = 0;
        for (int k = 0; k < threads; k++) {
            threadIdx = {k, 0, 0};
            running = &block[k];
            swapcontext(&scheduler, &running->context);
            ended += running->done;
        }
        if (ended) return ended != threads;
    }
}

template <class... A, std::size_t... I>
void unpack(void (*f)(A...), void **arguments, std::index_sequence<I...>) {
    f(*static_cast<std::remove_reference_t<A> *>(arguments[I])...);
}

template <class... A>
int launch(void (*f)(A...), const int *grid, int threads, void **given) {
    kernel = reinterpret_cast<void (*)()>(f);
    arguments = given;
    call = [](void (*g)(), void **p) {
        unpack(reinterpret_cast<void (*)(A...)>(g), p, std::index_sequence_for<A...>{});
    };
    blockDim = {threads, 1, 1};
    gridDim = {grid[0], grid[1], grid[2]};
    for (int z = 0; z < grid[2]; z++)
        for (int y = 0; y < grid[1]; y++)
            for (int x = 0; x < grid[0]; x++) {
                blockIdx = {x, y, z};
                if (run_block(threads)) return 1;
            }
    return 0;
}
}  // namespace shim

void __syncthreads() {
    if (blockDim.x > 1) swapcontext(&shim::running->context, &shim::scheduler);
}

// Everything else is compiled with hidden visibility: libc, for one, has a `step` of its own.
#define LAUNCHER(name)                                                                \
    extern "C" __attribute__((visibility("default"))) int launch_##name(              \
        const int *grid, int threads, void **arguments) {                             \
        return shim::launch(name, grid, threads, arguments);                          \
    }
