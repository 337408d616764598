// Pyramidal Lucas-Kanade as CUDA kernels: `kinema.flow.pyramidal._plain`, float32, fused.
//
// One iteration is two launches. `step` pulls I1 back, differentiates, weighs, adds every window up and
// solves it: between the frames and the new flow nothing leaves the chip. `median` filters the new flow.
// An iteration so reads I0, I1, u, v, writes u, v, then reads and writes u, v: 40 bytes a pixel, when what
// neighbouring tiles both read comes from the cache.
//
// gpu.py writes these definitions ahead of this text, and says what fits:
//     TILE_X, TILE_Y, THREADS    pixels of a block's tile, threads of a block
//     RADIUS, TAPS               the window: half its side, one axis of its weights
//     MEDIAN, NETWORK(X)         the median: its side, its compare-exchange steps X(i, j)
//     BLUR_RADIUS, BLUR_TAPS     the blur ahead of the pyramid
//
// Every loop strides by the threads of the block and every phase ends at a barrier, so a block of any
// number of threads gives the same: tests run this very text with g++.

constexpr int SIDE = 2 * RADIUS + 1;
// The area: pixels whose equations enter the tile's windows. The surround: those whose brightness enters their slopes.
constexpr int AREA_X = TILE_X + 2 * RADIUS, AREA_Y = TILE_Y + 2 * RADIUS;
constexpr int SURROUND_X = AREA_X + 4, SURROUND_Y = AREA_Y + 4;
// A thread adds up RUN windows side by side: they share most of what it reads. Odd pitches keep the lanes of a warp,
// RUN apart, in different banks.
constexpr int RUN = 4;
constexpr int AREA_PITCH = AREA_X | 1, ROW_PITCH = TILE_X | 1;
constexpr int AREA = AREA_PITCH * AREA_Y, ROWS = ROW_PITCH * AREA_Y, SURROUND = SURROUND_X * SURROUND_Y;
constexpr int SHARED = 3 * AREA + (5 * ROWS > SURROUND ? 5 * ROWS : SURROUND);
static_assert(TILE_X % RUN == 0 && TILE_Y % RUN == 0, "a tile is cut into runs");
static_assert(4 * SHARED <= 48 * 1024, "the window is too large for a block's shared memory");

__device__ inline int clamped(int k, int size) { return min(max(k, 0), size - 1); }

__device__ inline int mirrored(int k, int size) {
    k = k < 0 ? -k : k;
    return k < size ? k : 2 * (size - 1) - k;
}

// Weights of the neighbours at -1, 0, 1, 2 (Keys 1981, a = -1/2).
__device__ inline void keys(float t, float *w) {
    w[0] = ((1.0f - 0.5f * t) * t - 0.5f) * t;
    w[1] = (1.5f * t - 2.5f) * t * t + 1.0f;
    w[2] = ((2.0f - 1.5f * t) * t + 0.5f) * t;
    w[3] = (0.5f * t - 0.5f) * t * t;
}

// Cubic convolution at (x, y), which lies inside the frame; neighbours beyond the border repeat the border.
__device__ inline float bicubic(const float *image, float x, float y, int height, int width) {
    const int column = int(x), row = int(y);
    float wx[4], wy[4];
    keys(x - column, wx);
    keys(y - row, wy);
    float total = 0.0f;
#pragma unroll
    for (int j = 0; j < 4; j++) {
        const float *line = image + (long long)clamped(row + j - 1, height) * width;
        float sum = 0.0f;
#pragma unroll
        for (int k = 0; k < 4; k++) sum += wx[k] * line[clamped(column + k - 1, width)];
        total += wy[j] * sum;
    }
    return total;
}

// Five-point difference at sample k of `size` along an axis whose samples lie `stride` apart; one-sided at the ends.
__device__ inline float slope(const float *at, int stride, int k, int size) {
    if (k >= 2 && k < size - 2)
        return (at[-2 * stride] - at[2 * stride] + 8.0f * (at[stride] - at[-stride])) * (1.0f / 12.0f);
    if (k == 0) return at[stride] - at[0];
    if (k == size - 1) return at[0] - at[-stride];
    return 0.5f * (at[stride] - at[-stride]);
}

// One Lucas-Kanade step: `after` is `before` plus what the windows say is left of the motion. A block makes one tile.
extern "C" __global__ void __launch_bounds__(THREADS, 4)
step(const float *__restrict__ I0, const float *__restrict__ I1, const float *__restrict__ before,
     float *__restrict__ after, int height, int width, float damping, float per_outlier) {
    const float taps[SIDE] = TAPS;
    __shared__ float memory[SHARED];
    float *a = memory, *b = a + AREA, *c = b + AREA;
    float *mean = c + AREA;  // of both frames; spent when `rows` is written over it
    float *rows = c + AREA;
    const int x0 = blockIdx.x * TILE_X, y0 = blockIdx.y * TILE_Y;
    const long long plane = (long long)height * width;
    const float last_x = width - 1, last_y = height - 1;

    // Brightness. The mean of the two frames' slopes is the slope of their mean: one plane to differentiate.
    for (int i = threadIdx.x; i < SURROUND; i += blockDim.x) {
        const int column = i % SURROUND_X, row = i / SURROUND_X;
        const int x = x0 - RADIUS - 2 + column, y = y0 - RADIUS - 2 + row;
        float middle = 0.0f, change = 0.0f, weight = 0.0f;
        if (x >= 0 && x < width && y >= 0 && y < height) {
            const long long at = (long long)y * width + x;
            const float px = x + before[at], py = y + before[plane + at];
            const bool lands = px >= 0.0f && px <= last_x && py >= 0.0f && py <= last_y;
            const float warped =
                bicubic(I1, fminf(fmaxf(px, 0.0f), last_x), fminf(fmaxf(py, 0.0f), last_y), height, width);
            const float first = I0[at];
            middle = 0.5f * (first + warped);
            change = warped - first;
            const float off = change * per_outlier;
            weight = lands ? rsqrtf(1.0f + off * off) : 0.0f;
        }
        mean[i] = middle;
        if (column >= 2 && column < AREA_X + 2 && row >= 2 && row < AREA_Y + 2) {
            const int p = (row - 2) * AREA_PITCH + column - 2;
            a[p] = weight;
            c[p] = weight * change;
        }
    }
    __syncthreads();

    // Ix, Iy, It, each times the root of its pixel's weight; 0 outside the frame, where there is no equation.
    for (int i = threadIdx.x; i < AREA_X * AREA_Y; i += blockDim.x) {
        const int column = i % AREA_X, row = i / AREA_X, p = row * AREA_PITCH + column;
        const int x = x0 - RADIUS + column, y = y0 - RADIUS + row;
        const float weight = a[p];
        float Ix = 0.0f, Iy = 0.0f;
        if (x >= 0 && x < width && y >= 0 && y < height) {
            const float *at = mean + (row + 2) * SURROUND_X + column + 2;
            Ix = weight * slope(at, 1, x, width);
            Iy = weight * slope(at, SURROUND_X, y, height);
        }
        a[p] = Ix;
        b[p] = Iy;
    }
    __syncthreads();

    // The five products, blurred along x.
    for (int i = threadIdx.x; i < AREA_Y * (TILE_X / RUN); i += blockDim.x) {
        const int column = i % (TILE_X / RUN) * RUN, row = i / (TILE_X / RUN);
        float sum[5][RUN] = {};
#pragma unroll
        for (int k = 0; k < SIDE + RUN - 1; k++) {
            const int p = row * AREA_PITCH + column + k;
            const float Ix = a[p], Iy = b[p], It = c[p];
            const float xx = Ix * Ix, xy = Ix * Iy, yy = Iy * Iy, xt = Ix * It, yt = Iy * It;
#pragma unroll
            for (int j = 0; j < RUN; j++) {
                if (k < j || k - j >= SIDE) continue;
                const float tap = taps[k - j];
                sum[0][j] += tap * xx;
                sum[1][j] += tap * xy;
                sum[2][j] += tap * yy;
                sum[3][j] += tap * xt;
                sum[4][j] += tap * yt;
            }
        }
#pragma unroll
        for (int n = 0; n < 5; n++)
#pragma unroll
            for (int j = 0; j < RUN; j++) rows[n * ROWS + row * ROW_PITCH + column + j] = sum[n][j];
    }
    __syncthreads();

    // Blurred along y: each pixel's two equations, solved.
    for (int i = threadIdx.x; i < TILE_X * (TILE_Y / RUN); i += blockDim.x) {
        const int column = i % TILE_X, row = i / TILE_X * RUN;
        float sum[5][RUN] = {};
#pragma unroll
        for (int k = 0; k < SIDE + RUN - 1; k++) {
#pragma unroll
            for (int n = 0; n < 5; n++) {
                const float value = rows[n * ROWS + (row + k) * ROW_PITCH + column];
#pragma unroll
                for (int j = 0; j < RUN; j++)
                    if (k >= j && k - j < SIDE) sum[n][j] += taps[k - j] * value;
            }
        }
        const int x = x0 + column;
#pragma unroll
        for (int j = 0; j < RUN; j++) {
            const int y = y0 + row + j;
            if (x >= width || y >= height) continue;
            const long long at = (long long)y * width + x;
            const float Jxx = sum[0][j] + damping, Jxy = sum[1][j], Jyy = sum[2][j] + damping;
            // Both eigenvalues are at least `damping`: rounding on a strong edge forgets it.
            const float det = fmaxf(Jxx * Jyy - Jxy * Jxy, damping * (Jxx + Jyy - damping));
            after[at] = before[at] - (Jyy * sum[3][j] - Jxy * sum[4][j]) / det;
            after[plane + at] = before[plane + at] - (Jxx * sum[4][j] - Jxy * sum[3][j]) / det;
        }
    }
}

// Median over MEDIAN x MEDIAN pixels of u (blockIdx.z = 0) and of v (1); the values stay in registers.
extern "C" __global__ void __launch_bounds__(THREADS)
median(const float *__restrict__ before, float *__restrict__ after, int height, int width) {
    const float *field = before + (long long)blockIdx.z * height * width;
    float *out = after + (long long)blockIdx.z * height * width;
    for (int i = threadIdx.x; i < TILE_X * TILE_Y; i += blockDim.x) {
        const int x = blockIdx.x * TILE_X + i % TILE_X, y = blockIdx.y * TILE_Y + i / TILE_X;
        if (x >= width || y >= height) continue;
        float value[MEDIAN * MEDIAN];
#pragma unroll
        for (int j = 0; j < MEDIAN; j++) {
            const float *line = field + (long long)clamped(y + j - MEDIAN / 2, height) * width;
#pragma unroll
            for (int k = 0; k < MEDIAN; k++) value[j * MEDIAN + k] = line[clamped(x + k - MEDIAN / 2, width)];
        }
#define EXCHANGE(i, j)                                    \
    {                                                     \
        const float low = fminf(value[i], value[j]);      \
        value[j] = fmaxf(value[i], value[j]);             \
        value[i] = low;                                   \
    }
        NETWORK(EXCHANGE)
#undef EXCHANGE
        out[(long long)y * width + x] = value[MEDIAN * MEDIAN / 2];
    }
}

// Separable correlation of I0 (blockIdx.z = 0) and I1 (1), mirrored at the border, at every SPACING-th sample.
template <int REACH, int SPACING>
__device__ inline void correlate(const float *taps, const float *I0, const float *I1, float *both, int height,
                                 int width) {
    const int h = (height + SPACING - 1) / SPACING, w = (width + SPACING - 1) / SPACING;
    const float *image = blockIdx.z ? I1 : I0;
    float *out = both + (long long)blockIdx.z * h * w;
    for (int i = threadIdx.x; i < TILE_X * TILE_Y; i += blockDim.x) {
        const int x = blockIdx.x * TILE_X + i % TILE_X, y = blockIdx.y * TILE_Y + i / TILE_X;
        if (x >= w || y >= h) continue;
        float total = 0.0f;
        for (int j = -REACH; j <= REACH; j++) {
            const float *line = image + (long long)mirrored(SPACING * y + j, height) * width;
            float sum = 0.0f;
            for (int k = -REACH; k <= REACH; k++) sum += taps[k + REACH] * line[mirrored(SPACING * x + k, width)];
            total += taps[j + REACH] * sum;
        }
        out[(long long)y * w + x] = total;
    }
}

// Both frames blurred, stacked in `both`.
extern "C" __global__ void __launch_bounds__(THREADS)
blur(const float *__restrict__ I0, const float *__restrict__ I1, float *__restrict__ both, int height, int width) {
    const float taps[2 * BLUR_RADIUS + 1] = BLUR_TAPS;
    correlate<BLUR_RADIUS, 1>(taps, I0, I1, both, height, width);
}

// Both frames at half their resolution, stacked in `both` (`kinema.flow.pyramid.reduce_frame`).
extern "C" __global__ void __launch_bounds__(THREADS)
halve(const float *__restrict__ I0, const float *__restrict__ I1, float *__restrict__ both, int height, int width) {
    const float taps[5] = {1 / 16.0f, 4 / 16.0f, 6 / 16.0f, 4 / 16.0f, 1 / 16.0f};
    correlate<2, 2>(taps, I0, I1, both, height, width);
}

// Flow of one level on the finer one of height x width pixels: interpolated, and doubled.
extern "C" __global__ void __launch_bounds__(THREADS)
expand(const float *__restrict__ coarse, float *__restrict__ fine, int height, int width) {
    const int h = (height + 1) / 2, w = (width + 1) / 2;
    const float *source = coarse + (long long)blockIdx.z * h * w;
    float *out = fine + (long long)blockIdx.z * height * width;
    for (int i = threadIdx.x; i < TILE_X * TILE_Y; i += blockDim.x) {
        const int x = blockIdx.x * TILE_X + i % TILE_X, y = blockIdx.y * TILE_Y + i / TILE_X;
        if (x >= width || y >= height) continue;
        const float *above = source + (long long)(y / 2) * w, *below = source + (long long)min((y + 1) / 2, h - 1) * w;
        const int left = x / 2, right = min((x + 1) / 2, w - 1);
        out[(long long)y * width + x] = 0.5f * (above[left] + above[right] + below[left] + below[right]);
    }
}
