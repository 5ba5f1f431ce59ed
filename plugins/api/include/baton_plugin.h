/* The contract between Baton and a plugin, for C. The same as plugins/api/src/abi.
 *
 * A plugin is a shared library that exports one symbol, baton_plugin_entry. Every document is
 * UTF-8 JSON; schema/documents.json beside this folder describes them. Whoever allocates frees:
 * the host gives each buffer back once, through the release function of the table that made it,
 * and so does the plugin with buffers of the host. No exception, signal handler or longjmp may
 * leave a function. `call` is called from several threads at once, and a call that is late is
 * ended together with its process. In the host's process a plugin has no files, no sockets and no
 * environment: its only way out is host->http. */
#ifndef BATON_PLUGIN_H
#define BATON_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BATON_PLUGIN_ABI 1u

#define BATON_REQUEST_BYTES_MAX 65536u
#define BATON_RESULT_BYTES_MAX 65536u
#define BATON_HTTP_BYTES_MAX 327680u
#define BATON_LOG_BYTES_MAX 1024u

enum {
    BATON_OK = 0,          /* the buffer is filled */
    BATON_PANICKED = 1,    /* plugin: it failed half-way */
    BATON_MALFORMED = 2,   /* plugin: the request cannot be read; nothing was done */
    BATON_UNSUPPORTED = 3, /* plugin: unknown operation or version; nothing was done */
    BATON_TOO_LARGE = 4,   /* the result, or the request to the host, is too large */
    BATON_REFUSED = 5      /* host: the manifest does not permit it */
};

enum { BATON_ERROR = 1, BATON_WARN = 2, BATON_INFO = 3, BATON_DEBUG = 4 };

typedef struct baton_buffer {
    uint8_t *data;
    size_t len;
} baton_buffer;

/* What the host offers to one call. It lives until that call returns. */
typedef struct baton_host {
    uint32_t abi;
    uint32_t size;
    void *context;
    /* http_request document in, http_outcome document out */
    int32_t (*http)(void *context, const uint8_t *request, size_t len, baton_buffer *answer);
    /* the value of a secret that the manifest names */
    int32_t (*secret)(void *context, const uint8_t *name, size_t len, baton_buffer *value);
    /* one line; never write codes, member ids or secrets */
    void (*log)(void *context, uint32_t level, const uint8_t *text, size_t len);
    /* milliseconds since 1970 */
    int64_t (*clock_ms)(void *context);
    /* gives back what http and secret filled in */
    void (*release)(uint8_t *data, size_t len);
} baton_host;

/* What the plugin offers. It lives as long as the library. */
typedef struct baton_plugin {
    uint32_t abi;  /* BATON_PLUGIN_ABI */
    uint32_t size; /* sizeof(baton_plugin) */
    /* fills in the description document; called first, once */
    int32_t (*describe)(baton_buffer *result);
    /* request document in, result document out */
    int32_t (*call)(const baton_host *host, const uint8_t *request, size_t len,
                    baton_buffer *result);
    /* gives back what describe and call filled in */
    void (*release)(uint8_t *data, size_t len);
} baton_plugin;

const baton_plugin *baton_plugin_entry(void);

#ifdef __cplusplus
}
#endif
#endif
