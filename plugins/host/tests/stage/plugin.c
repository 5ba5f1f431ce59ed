/* A plugin in C for the tests: approves what it is asked; HOLD asks the network first. */
#include "baton_plugin.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef VERSION
#define VERSION "1.0.0"
#endif

static int32_t give(const char *text, baton_buffer *result) {
    size_t len = strlen(text);
    result->data = malloc(len);
    if (result->data == NULL) return BATON_PANICKED;
    memcpy(result->data, text, len);
    result->len = len;
    return BATON_OK;
}

static int32_t describe(baton_buffer *result) {
#ifdef DIES
    exit(3);
#endif
    return give("{\"v\":1,\"body\":{\"name\":\"in-c\",\"version\":\"" VERSION "\",\"documents\":1,"
                "\"provides\":[{\"kind\":\"destination\",\"capabilities\":[\"C2\"]}]}}", result);
}

/* Copies the value of a text field; enough for the documents of these tests. */
static void field(const char *json, const char *name, char *value, size_t size) {
    const char *at = strstr(json, name);
    size_t len = 0;
    if (at != NULL) {
        at += strlen(name);
        while (at[len] != '\0' && at[len] != '"' && at[len] != ',' && len + 1 < size) {
            value[len] = at[len];
            len++;
        }
    }
    value[len] = '\0';
}

static int32_t call(const baton_host *host, const uint8_t *request, size_t len,
                    baton_buffer *result) {
    char json[4096], id[80], amount[32], currency[8], answer[512];
    if (len >= sizeof json) return BATON_MALFORMED;
    memcpy(json, request, len);
    json[len] = '\0';
    if (strstr(json, "\"destination.authorize\"") == NULL) return BATON_UNSUPPORTED;
    if (strstr(json, "HOLD") != NULL) {
        static const char get[] =
            "{\"v\":1,\"body\":{\"method\":\"GET\",\"url\":\"http://allowed.test/\"}}";
        baton_buffer got = {NULL, 0};
        host->http(host->context, (const uint8_t *)get, sizeof get - 1, &got);
        host->release(got.data, got.len);
    }
    host->log(host->context, BATON_INFO, (const uint8_t *)"hello from c", 12);
    if (host->clock_ms(host->context) <= 0) return BATON_PANICKED;
    field(json, "\"transaction_id\":\"", id, sizeof id);
    field(json, "\"amount\":", amount, sizeof amount);
    field(json, "\"currency\":\"", currency, sizeof currency);
    snprintf(answer, sizeof answer,
             "{\"v\":1,\"body\":{\"verdict\":\"approved\",\"transaction_id\":\"%s\",\"amount\":%s,"
             "\"currency\":\"%s\",\"reference\":\"" VERSION "\"}}", id, amount, currency);
    return give(answer, result);
}

static void release(uint8_t *data, size_t len) {
    (void)len;
    free(data);
}

const baton_plugin *baton_plugin_entry(void) {
    static const baton_plugin table = {
        BATON_PLUGIN_ABI, sizeof(baton_plugin), describe, call, release};
    return &table;
}
