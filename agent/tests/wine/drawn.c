/* A small POS that draws its controls itself: one window, and only MSAA says what is in it.
 *
 * Usage: drawn.exe RECORD PROMPT LATE_MS MODAL, which mean what they do for pos.exe.
 */
#define COBJMACROS
#define INITGUID
#include <stdio.h>
#include <windows.h>
#include <oleacc.h>

enum { WINDOW, PROMPT, CODE, PAY, RESULT, PARTS, LATE };

static const WCHAR *record;
static unsigned late_ms;
static HWND window;
static WCHAR texts[PARTS][300] = {L"Baton drawn POS", L"Payment code", L"", L"Pay", L""};
static const LONG roles[PARTS] = {ROLE_SYSTEM_CLIENT, ROLE_SYSTEM_STATICTEXT, ROLE_SYSTEM_TEXT,
                                  ROLE_SYSTEM_PUSHBUTTON, ROLE_SYSTEM_STATICTEXT};

static int part(VARIANT child)
{
    return V_VT(&child) == VT_I4 && V_I4(&child) >= 0 && V_I4(&child) < PARTS ? V_I4(&child) : -1;
}

static HRESULT text(BSTR *to, const WCHAR *from)
{
    *to = *from ? SysAllocString(from) : NULL;
    return *from ? S_OK : S_FALSE;
}

static HRESULT number(VARIANT *to, LONG from)
{
    V_VT(to) = VT_I4;
    V_I4(to) = from;
    return S_OK;
}

/* IUnknown and IDispatch: one object that lives as long as the program. */
static HRESULT WINAPI query(IAccessible *self, REFIID wanted, void **found)
{
    BOOL known = IsEqualIID(wanted, &IID_IUnknown) || IsEqualIID(wanted, &IID_IDispatch) ||
                 IsEqualIID(wanted, &IID_IAccessible);
    *found = known ? self : NULL;
    return known ? S_OK : E_NOINTERFACE;
}
static ULONG WINAPI hold(IAccessible *self)
{
    return 2;
}
static HRESULT WINAPI type_count(IAccessible *self, UINT *count)
{
    *count = 0;
    return S_OK;
}
static HRESULT WINAPI type_info(IAccessible *self, UINT at, LCID in, ITypeInfo **info)
{
    return E_NOTIMPL;
}
static HRESULT WINAPI ids(IAccessible *self, REFIID id, LPOLESTR *names, UINT count,
                            LCID in, DISPID *found)
{
    return E_NOTIMPL;
}
static HRESULT WINAPI invoke(IAccessible *self, DISPID id, REFIID iid, LCID in, WORD flags,
                            DISPPARAMS *words, VARIANT *answer, EXCEPINFO *info, UINT *wrong)
{
    return E_NOTIMPL;
}

static HRESULT WINAPI parent(IAccessible *self, IDispatch **found)
{
    *found = NULL;
    return S_FALSE;
}
static HRESULT WINAPI count(IAccessible *self, LONG *found)
{
    *found = PARTS - 1;
    return S_OK;
}
static HRESULT WINAPI child(IAccessible *self, VARIANT at, IDispatch **found)
{
    *found = NULL;
    return S_FALSE;
}
static HRESULT WINAPI name(IAccessible *self, VARIANT at, BSTR *found)
{
    int which = part(at);
    if (which < 0) return E_INVALIDARG;
    return text(found, which == CODE ? L"Code" : texts[which]);
}
static HRESULT WINAPI value(IAccessible *self, VARIANT at, BSTR *found)
{
    *found = NULL;
    if (part(at) != CODE) return DISP_E_MEMBERNOTFOUND;
    *found = SysAllocString(texts[CODE]);
    return S_OK;
}
static HRESULT WINAPI no_text(IAccessible *self, VARIANT at, BSTR *found)
{
    *found = NULL;
    return DISP_E_MEMBERNOTFOUND;
}
static HRESULT WINAPI role(IAccessible *self, VARIANT at, VARIANT *found)
{
    int which = part(at);
    return which < 0 ? E_INVALIDARG : number(found, roles[which]);
}
static HRESULT WINAPI state(IAccessible *self, VARIANT at, VARIANT *found)
{
    int which = part(at);
    if (which < 0) return E_INVALIDARG;
    return number(found, which == RESULT && !texts[RESULT][0] ? STATE_SYSTEM_INVISIBLE : 0);
}
static HRESULT WINAPI topic(IAccessible *self, BSTR *file, VARIANT at, LONG *found)
{
    return DISP_E_MEMBERNOTFOUND;
}
static HRESULT WINAPI one(IAccessible *self, VARIANT *found)
{
    V_VT(found) = VT_EMPTY;
    return S_FALSE;
}
static HRESULT WINAPI choose(IAccessible *self, LONG how, VARIANT at)
{
    return DISP_E_MEMBERNOTFOUND;
}
static HRESULT WINAPI place(IAccessible *self, LONG *x, LONG *y, LONG *w, LONG *h, VARIANT at)
{
    *x = *y = *w = *h = 0;
    return S_OK;
}
static HRESULT WINAPI walk(IAccessible *self, LONG way, VARIANT from, VARIANT *found)
{
    V_VT(found) = VT_EMPTY;
    return S_FALSE;
}
static HRESULT WINAPI hit(IAccessible *self, LONG x, LONG y, VARIANT *found)
{
    V_VT(found) = VT_EMPTY;
    return S_FALSE;
}
static HRESULT WINAPI press(IAccessible *self, VARIANT at)
{
    if (part(at) != PAY) return DISP_E_MEMBERNOTFOUND;
    PostMessageW(window, WM_APP + 1, 0, 0);
    return S_OK;
}
static HRESULT WINAPI put_name(IAccessible *self, VARIANT at, BSTR given)
{
    return DISP_E_MEMBERNOTFOUND;
}
static HRESULT WINAPI put_value(IAccessible *self, VARIANT at, BSTR given)
{
    if (part(at) != CODE) return DISP_E_MEMBERNOTFOUND;
    lstrcpynW(texts[CODE], given ? given : L"", 256);
    InvalidateRect(window, NULL, TRUE);
    return S_OK;
}

static IAccessibleVtbl calls = {
    query, hold, hold, type_count, type_info, ids, invoke, parent, count, child, name, value,
    no_text, role, state, no_text, topic, no_text, one, one, no_text, choose, place, walk, hit,
    press, put_name, put_value};
static IAccessible object = {&calls};

/* One line a code, in UTF-8, written before anything is shown. */
static void pay(void)
{
    char line[1024];
    int length = WideCharToMultiByte(CP_UTF8, 0, texts[CODE], -1, line, sizeof line, NULL, NULL);
    FILE *file = _wfopen(record, L"ab");
    if (!file || length <= 0) ExitProcess(3);
    line[length - 1] = '\n';
    fwrite(line, 1, length, file);
    fclose(file);
    SetTimer(window, LATE, late_ms ? late_ms : 1, NULL);
}

static void show(void)
{
    size_t letters = wcslen(texts[CODE]);
    wsprintfW(texts[RESULT], L"Approved A17 for 4500 ending %s",
              texts[CODE] + (letters > 4 ? letters - 4 : 0));
    texts[CODE][0] = 0;
    InvalidateRect(window, NULL, TRUE);
}

static void draw(void)
{
    PAINTSTRUCT paint;
    HDC to = BeginPaint(window, &paint);
    int at;
    for (at = PROMPT; at < PARTS; at++) TextOutW(to, 12, 30 * at, texts[at], wcslen(texts[at]));
    EndPaint(window, &paint);
}

static LRESULT CALLBACK answer(HWND at, UINT message, WPARAM word, LPARAM extra)
{
    switch (message) {
    case WM_GETOBJECT:
        if ((LONG)extra != OBJID_CLIENT) break;
        return LresultFromObject(&IID_IAccessible, word, (IUnknown *)&object);
    case WM_APP + 1:
        pay();
        return 0;
    case WM_TIMER:
        KillTimer(window, LATE);
        show();
        return 0;
    case WM_APP:
        Sleep(1000);
        return 0;
    case WM_PAINT:
        draw();
        return 0;
    case WM_DESTROY:
        PostQuitMessage(0);
        return 0;
    }
    return DefWindowProcW(at, message, word, extra);
}

static DWORD WINAPI dialog(void *over)
{
    MessageBoxW(over, L"Paper is low", L"Low paper", MB_OK);
    return 0;
}

int wmain(int words, WCHAR **given)
{
    WNDCLASSW class = {0};
    MSG message;

    if (words != 5) return 2;
    record = given[1];
    lstrcpynW(texts[PROMPT], given[2], 256);
    late_ms = _wtoi(given[3]);
    CoInitialize(NULL);
    class.lpfnWndProc = answer;
    class.hInstance = GetModuleHandleW(NULL);
    class.lpszClassName = L"BatonDrawnPos";
    class.hbrBackground = (HBRUSH)(COLOR_BTNFACE + 1);
    RegisterClassW(&class);
    window = CreateWindowExW(0, class.lpszClassName, texts[WINDOW], WS_OVERLAPPEDWINDOW, 300, 200,
                             370, 220, NULL, NULL, class.hInstance, NULL);
    ShowWindow(window, SW_SHOW);
    if (!wcscmp(given[4], L"modal")) CreateThread(NULL, 0, dialog, window, 0, NULL);
    while (GetMessageW(&message, NULL, 0, 0) > 0) DispatchMessageW(&message);
    return 0;
}
