/* A witness and a villain: a window that tells every letter it gets, and can steal the front, eat
 * keys, hang a program, or type and click as a person would.
 *
 * Commands come on standard input, one a line; each is answered with `done`; letters are told as
 * `key CODE`. It is a process of its own, so that what it saw does not come from the agent.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

static HWND window;
static HHOOK hook;

static void say(const char *text)
{
    puts(text);
    fflush(stdout);
}

static LRESULT CALLBACK eat(int code, WPARAM word, LPARAM value)
{
    return code == HC_ACTION ? 1 : CallNextHookEx(NULL, code, word, value);
}

/* The X server's own keyboard and mouse under Wine, so that keys come as from a real one. */
static void tool(char *line)
{
    STARTUPINFOA start = {sizeof start};
    PROCESS_INFORMATION process;

    if (!CreateProcessA("Z:\\usr\\bin\\xdotool", line, NULL, NULL, FALSE, 0, NULL, NULL, &start,
                        &process))
        say("no xdotool");
}

static void press(const char *key)
{
    char line[64];

    sprintf(line, "xdotool key %s", key);
    tool(line);
}

/* Clicks on the button of the agent's notice, where there is one; a front that changes by that is
 * told as a key in a wrong window. */
static void cancel(void)
{
    HWND notice = FindWindowW(L"BatonNotice", NULL), before = GetForegroundWindow();
    char line[96];
    RECT at;

    if (!notice || !IsWindowVisible(notice) || !GetWindowRect(notice, &at)) return;
    sprintf(line, "xdotool mousemove %ld %ld click 1", at.right - 60, at.top + 30);
    tool(line);
    Sleep(300);
    if (GetForegroundWindow() != before) say("key 0");
}

static void front(void)
{
    ShowWindow(window, SW_SHOW);
    SetForegroundWindow(window);
}

static void obey(char *line)
{
    char *value = strchr(line, ' ');
    HWND other = value ? (HWND)(ULONG_PTR)strtoull(value + 1, NULL, 10) : NULL;

    if (value) *value = 0;
    if (!strcmp(line, "front")) front();
    if (!strcmp(line, "hide")) {
        if (hook) UnhookWindowsHookEx(hook);
        hook = NULL;
        ShowWindow(window, SW_HIDE);
    }
    if (!strcmp(line, "grab")) {
        hook = SetWindowsHookExW(WH_KEYBOARD_LL, eat, GetModuleHandleW(NULL), 0);
        if (!hook) say("no grab");
    }
    if (!strcmp(line, "caps")) press("Caps_Lock");
    if (!strcmp(line, "type")) press("x");
    if (!strcmp(line, "cancel")) cancel();
    if (!strcmp(line, "stall")) PostMessageW(other, WM_APP, 0, 0);
    say("done");
}

static LRESULT CALLBACK answer(HWND at, UINT message, WPARAM word, LPARAM value)
{
    char text[32];

    if (message == WM_APP) {
        obey((char *)value);
        free((char *)value);
        return 0;
    }
    if (message == WM_CHAR) {
        sprintf(text, "key %u", (unsigned)word);
        say(text);
    }
    return DefWindowProcW(at, message, word, value);
}

static DWORD WINAPI commands(void *nothing)
{
    char line[256];

    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\r\n")] = 0;
        PostMessageW(window, WM_APP, 0, (LPARAM)strdup(line));
    }
    ExitProcess(0);
}

int main(void)
{
    WNDCLASSW class = {0};
    MSG message;

    class.lpfnWndProc = answer;
    class.hInstance = GetModuleHandleW(NULL);
    class.lpszClassName = L"BatonDecoy";
    RegisterClassW(&class);
    window = CreateWindowExW(0, class.lpszClassName, L"Decoy", WS_OVERLAPPEDWINDOW, 40, 40, 300,
                             120, NULL, NULL, class.hInstance, NULL);
    CreateThread(NULL, 0, commands, NULL, 0, NULL);
    while (GetMessageW(&message, NULL, 0, 0) > 0) {
        TranslateMessage(&message);
        DispatchMessageW(&message);
    }
    return 0;
}
