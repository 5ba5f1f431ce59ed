/* A small POS of plain Windows controls: takes codes, appends each to a record, shows the result.
 *
 * Usage: pos.exe RECORD PROMPT LATE_MS MODAL
 * MODAL "modal" opens a dialog at once. The message WM_APP hangs the program for a second.
 */
#include <stdio.h>
#include <windows.h>

enum { PAY = IDOK, PROMPT = 1000, CODE, RESULT, LATE = 1 };

static const WCHAR *record;
static unsigned late_ms;
static WCHAR code[256];

/* One line a code, in UTF-8, written before anything is shown. */
static void keep(void)
{
    char line[1024];
    int length = WideCharToMultiByte(CP_UTF8, 0, code, -1, line, sizeof line, NULL, NULL);
    FILE *file = _wfopen(record, L"ab");
    if (!file || length <= 0) ExitProcess(3);
    line[length - 1] = '\n';
    fwrite(line, 1, length, file);
    fclose(file);
}

static void show(HWND window)
{
    WCHAR text[512];
    size_t length = wcslen(code);
    wsprintfW(text, L"Approved A17 for 4500 ending %s", length > 4 ? code + length - 4 : code);
    SetDlgItemTextW(window, RESULT, text);
    ShowWindow(GetDlgItem(window, RESULT), SW_SHOW);
    SetDlgItemTextW(window, CODE, L"");
}

static LRESULT CALLBACK answer(HWND window, UINT message, WPARAM word, LPARAM value)
{
    switch (message) {
    case WM_COMMAND:
        if (LOWORD(word) != PAY) break;
        GetDlgItemTextW(window, CODE, code, 256);
        keep();
        SetTimer(window, LATE, late_ms ? late_ms : 1, NULL);
        return 0;
    case WM_TIMER:
        KillTimer(window, LATE);
        show(window);
        return 0;
    case WM_APP:
        Sleep(1000);
        return 0;
    case WM_ACTIVATE:
        if (LOWORD(word) != WA_INACTIVE) SetFocus(GetDlgItem(window, CODE));
        return 0;
    case WM_DESTROY:
        PostQuitMessage(0);
        return 0;
    }
    return DefWindowProcW(window, message, word, value);
}

static HWND part(HWND in, const WCHAR *class, const WCHAR *text, DWORD style, int y, int id)
{
    return CreateWindowExW(0, class, text, WS_CHILD | style, 12, y, 330, 26, in,
                           (HMENU)(INT_PTR)id, GetModuleHandleW(NULL), NULL);
}

static DWORD WINAPI dialog(void *window)
{
    MessageBoxW(window, L"Paper is low", L"Low paper", MB_OK);
    return 0;
}

int wmain(int count, WCHAR **words)
{
    WNDCLASSW class = {0};
    MSG message;
    HWND window;

    if (count != 5) return 2;
    record = words[1];
    late_ms = _wtoi(words[3]);
    class.lpfnWndProc = answer;
    class.hInstance = GetModuleHandleW(NULL);
    class.lpszClassName = L"BatonTestPos";
    class.hbrBackground = (HBRUSH)(COLOR_BTNFACE + 1);
    RegisterClassW(&class);
    window = CreateWindowExW(0, class.lpszClassName, L"Baton test POS", WS_OVERLAPPEDWINDOW,
                             300, 200, 370, 220, NULL, NULL, class.hInstance, NULL);
    part(window, L"STATIC", words[2], WS_VISIBLE, 10, PROMPT);
    part(window, L"EDIT", L"", WS_VISIBLE | WS_BORDER | WS_TABSTOP | ES_AUTOHSCROLL, 40, CODE);
    part(window, L"BUTTON", L"&Pay", WS_VISIBLE | WS_TABSTOP | BS_DEFPUSHBUTTON, 80, PAY);
    part(window, L"STATIC", L"", 0, 120, RESULT);
    ShowWindow(window, SW_SHOW);
    SetForegroundWindow(window);
    SetFocus(GetDlgItem(window, CODE));
    if (!wcscmp(words[4], L"modal")) {
        /* A modal dialog disables its owner; its own thread keeps this one's messages simple. */
        CreateThread(NULL, 0, dialog, window, 0, NULL);
    }
    while (GetMessageW(&message, NULL, 0, 0) > 0) {
        if (IsDialogMessageW(window, &message)) continue;
        TranslateMessage(&message);
        DispatchMessageW(&message);
    }
    return 0;
}
