/* fsync and fdatasync that fail with EIO while the file named by CHAOS_FSYNC_FAILS exists.
 * Preloaded under a program by the chaos run; everything else goes to the C library. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static int fails(void)
{
    const char *trigger = getenv("CHAOS_FSYNC_FAILS");
    int kept = errno;
    int there = trigger != NULL && access(trigger, F_OK) == 0;
    errno = kept;
    return there;
}

int fsync(int fd)
{
    static int (*real)(int);
    if (fails()) {
        errno = EIO;
        return -1;
    }
    if (real == NULL)
        real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    return real(fd);
}

int fdatasync(int fd)
{
    static int (*real)(int);
    if (fails()) {
        errno = EIO;
        return -1;
    }
    if (real == NULL)
        real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    return real(fd);
}
