/* A disk that does not keep what is written, on demand: while the file named by SHIM_FSYNC_FAILS
 * exists, fsync and fdatasync fail with EIO. Build: cc -shared -fPIC -o fsync.so fsync.c -ldl,
 * then start a program with LD_PRELOAD=fsync.so. Nothing but tests uses it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

typedef int (*sync_call)(int);

static int fails(void) {
    const char *trigger = getenv("SHIM_FSYNC_FAILS");
    return trigger != NULL && access(trigger, F_OK) == 0;
}

static int sync_or_fail(const char *name, int file) {
    if (fails()) {
        errno = EIO;
        return -1;
    }
    sync_call real = (sync_call)dlsym(RTLD_NEXT, name);
    return real(file);
}

int fsync(int file) { return sync_or_fail("fsync", file); }

int fdatasync(int file) { return sync_or_fail("fdatasync", file); }
