// Records what a process writes to its LMDB data files, and when it waits for the disk.
//
// Loaded with LD_PRELOAD. For each open `data.mdb` it appends records to a file in $SOAK_SHIM, named
// by the directory that the data file lies in ("votes", "chain", "state"). A record is
//
//   u32 magic, u32 kind, u64 nanoseconds (CLOCK_MONOTONIC), u64 offset, u64 length, bytes
//
// little-endian, the bytes only for kind 1 and 2:
//   1 write, on the disk some time after the next sync      2 write through a synchronous descriptor
//   3 the file was synced                                   4 the file was cut to `length`
//
// With $SOAK_SHIM_SLOW each sync of "votes" takes so many milliseconds longer.
//
// The record is written before the call for writes (what may be on the disk) and after the call for
// syncs (what is on the disk for certain). Calls that fail are recorded as kind 5 and change nothing.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define FILE_LIMIT 4096
#define MAGIC 0x4b414f53u

enum { WRITE = 1, SYNC_WRITE = 2, SYNCED = 3, CUT = 4, FAILED = 5 };

struct header {
    uint32_t magic, kind;
    uint64_t time, offset, length;
} __attribute__((packed));

// Log descriptor of an open file, plus one; zero for files that are not watched.
static int logs[FILE_LIMIT];
static int synchronous[FILE_LIMIT];
static long slowness[FILE_LIMIT];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void put(int log, const struct iovec *parts, int count) {
    // One call, so that records of several threads do not mix.
    if (syscall(SYS_writev, log, parts, count) < 0) {
        static const char word[] = "soak: the write log cannot be written\n";
        syscall(SYS_write, 2, word, sizeof word - 1);
        _exit(97);
    }
}

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void record(int file, uint32_t kind, uint64_t offset, uint64_t length,
                   const struct iovec *data, int count) {
    struct header header = {MAGIC, kind, now(), offset, length};
    struct iovec parts[65] = {{&header, sizeof header}};
    if (count > 64) _exit(98);
    for (int index = 0; index < count; index++) parts[index + 1] = data[index];
    pthread_mutex_lock(&lock);
    put(logs[file] - 1, parts, count + 1);
    pthread_mutex_unlock(&lock);
}

static int watched(int file) { return file >= 0 && file < FILE_LIMIT && logs[file] != 0; }

static void opened(int file, const char *path, int flags) {
    const char *directory = getenv("SOAK_SHIM");
    if (!directory || file < 0 || file >= FILE_LIMIT) return;
    logs[file] = 0;
    size_t length = strlen(path);
    static const char name[] = "/data.mdb";
    if (length < sizeof name || strcmp(path + length - (sizeof name - 1), name) != 0) return;
    if ((flags & O_ACCMODE) == O_RDONLY) return;
    size_t end = length - (sizeof name - 1), start = end;
    while (start > 0 && path[start - 1] != '/') start--;
    char target[4096];
    snprintf(target, sizeof target, "%s/%.*s.log", directory, (int)(end - start), path + start);
    int log = (int)syscall(SYS_openat, AT_FDCWD, target, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
                           0600);
    if (log < 0) _exit(99);
    synchronous[file] = (flags & O_DSYNC) != 0;
    const char *slow = getenv("SOAK_SHIM_SLOW");
    slowness[file] = slow && end - start == 5 && !memcmp(path + start, "votes", 5) ? atol(slow) : 0;
    logs[file] = log + 1;
}

// A disk that takes its time.
static void linger(int file) {
    if (!watched(file) || slowness[file] <= 0) return;
    struct timespec time = {slowness[file] / 1000, slowness[file] % 1000 * 1000000};
    while (nanosleep(&time, &time) != 0 && errno == EINTR) {}
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int open_with(const char *path, int flags, mode_t mode) {
    int file = (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
    opened(file, path, flags);
    return file;
}

int open(const char *path, int flags, ...) {
    mode_t mode = 0;
    if (flags & (O_CREAT | O_TMPFILE)) {
        va_list rest;
        va_start(rest, flags);
        mode = va_arg(rest, mode_t);
        va_end(rest);
    }
    return open_with(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    mode_t mode = 0;
    if (flags & (O_CREAT | O_TMPFILE)) {
        va_list rest;
        va_start(rest, flags);
        mode = va_arg(rest, mode_t);
        va_end(rest);
    }
    return open_with(path, flags | O_LARGEFILE, mode);
}

int close(int file) {
    if (watched(file)) {
        int log = logs[file] - 1;
        logs[file] = 0;
        syscall(SYS_close, log);
    }
    return (int)syscall(SYS_close, file);
}

// A write that is cut short, or fails, changed an unknown part: the log says the whole of it.
static ssize_t finish(int file, ssize_t result) {
    if (result < 0) {
        int code = errno;
        record(file, FAILED, 0, 0, NULL, 0);
        errno = code;
    }
    return result;
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) {
    if (!watched(file)) return syscall(SYS_pwrite64, file, bytes, count, offset);
    struct iovec data = {(void *)bytes, count};
    record(file, synchronous[file] ? SYNC_WRITE : WRITE, (uint64_t)offset, count, &data, 1);
    if (synchronous[file]) linger(file);
    ssize_t result = finish(file, syscall(SYS_pwrite64, file, bytes, count, offset));
    if (synchronous[file] && result >= 0) record(file, SYNCED, (uint64_t)offset, count, NULL, 0);
    return result;
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset) {
    return pwrite(file, bytes, count, offset);
}

static ssize_t vector(int file, const struct iovec *parts, int count, off_t offset, int moves) {
    size_t length = 0;
    for (int index = 0; index < count; index++) length += parts[index].iov_len;
    record(file, synchronous[file] ? SYNC_WRITE : WRITE, (uint64_t)offset, length, parts, count);
    if (synchronous[file]) linger(file);
    long result = moves ? syscall(SYS_writev, file, parts, count)
                        : syscall(SYS_pwritev, file, parts, count, offset, 0);
    finish(file, result);
    if (synchronous[file] && result >= 0) record(file, SYNCED, (uint64_t)offset, length, NULL, 0);
    return result;
}

ssize_t pwritev(int file, const struct iovec *parts, int count, off_t offset) {
    if (!watched(file)) return syscall(SYS_pwritev, file, parts, count, offset, 0);
    return vector(file, parts, count, offset, 0);
}

ssize_t pwritev64(int file, const struct iovec *parts, int count, off64_t offset) {
    return pwritev(file, parts, count, offset);
}

// LMDB seeks, then writes runs of pages with writev.
ssize_t writev(int file, const struct iovec *parts, int count) {
    if (!watched(file)) return syscall(SYS_writev, file, parts, count);
    return vector(file, parts, count, lseek(file, 0, SEEK_CUR), 1);
}

ssize_t write(int file, const void *bytes, size_t count) {
    if (!watched(file)) return syscall(SYS_write, file, bytes, count);
    struct iovec data = {(void *)bytes, count};
    return vector(file, &data, 1, lseek(file, 0, SEEK_CUR), 1);
}

int fsync(int file) {
    linger(file);
    int result = (int)syscall(SYS_fsync, file);
    if (watched(file)) record(file, result == 0 ? SYNCED : FAILED, 0, UINT64_MAX, NULL, 0);
    return result;
}

int fdatasync(int file) {
    linger(file);
    int result = (int)syscall(SYS_fdatasync, file);
    if (watched(file)) record(file, result == 0 ? SYNCED : FAILED, 0, UINT64_MAX, NULL, 0);
    return result;
}

int ftruncate(int file, off_t length) {
    int result = (int)syscall(SYS_ftruncate, file, length);
    if (watched(file) && result == 0) record(file, CUT, 0, (uint64_t)length, NULL, 0);
    return result;
}

int ftruncate64(int file, off64_t length) { return ftruncate(file, length); }

int msync(void *start, size_t length, int flags) {
    // Without MDB_WRITEMAP nothing is written through the map; a call would be news.
    static const char word[] = "soak: msync was called\n";
    if (getenv("SOAK_SHIM")) syscall(SYS_write, 2, word, sizeof word - 1);
    return (int)syscall(SYS_msync, start, length, flags);
}
