//! Users and groups as Windows tells them apart: by SID.
//!
//! Owns looking them up, and who this process is. May not decide what a user may: the agent does.
//! Next: [`crate::pipe`].
#![expect(unsafe_code, reason = "calls of advapi32 and kernel32")]

use crate::{Failed, wide};
use std::ffi::c_void;
use std::fmt;
use windows_sys::Win32::Foundation::{CloseHandle, HANDLE};
use windows_sys::Win32::Security as security;
use windows_sys::Win32::System::Threading as threading;

/// Bytes for the answer who a token's user is: a header and one SID of at most 68 bytes.
const USER_BYTES_MAX: usize = 128;
/// Words of the longest SID: two, then one a part. Source: `SECURITY_MAX_SID_SIZE`.
const WORDS_MAX: usize = 17;
/// The most letters of a name. Source: `UNLEN` and `DNLEN`, with room.
const NAME_LETTERS_MAX: usize = 512;
/// The first part of the SID of a service's own account or group.
const SERVICES: u32 = 80;

/// A user or group, kept as Windows keeps it; what it does not use is zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sid([u32; WORDS_MAX]);

/// Users and groups that every Windows has, whatever it calls them in its language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// Windows itself.
    System,
    /// The account of services with few rights.
    LocalService,
    /// The same, with the machine's name on the network.
    NetworkService,
    /// The group of administrators.
    Administrators,
    /// Who installs Windows' own files.
    TrustedInstaller,
    /// Stands for the owner of the thing itself.
    OwnerRights,
    /// Stands for whoever makes a thing inside; means nothing on the thing itself.
    CreatorOwner,
}

impl Known {
    /// Returns its SID. Source: Microsoft's page "Well-known SIDs".
    #[must_use]
    pub fn sid(self) -> Sid {
        match self {
            Self::System => Sid::of(5, &[18]),
            Self::LocalService => Sid::of(5, &[19]),
            Self::NetworkService => Sid::of(5, &[20]),
            Self::Administrators => Sid::of(5, &[32, 544]),
            Self::TrustedInstaller => {
                let name = [956_008_885, 3_418_522_649, 1_831_038_044, 1_853_292_631];
                let [first, second, third, fourth] = name;
                Sid::of(5, &[SERVICES, first, second, third, fourth, 2_271_478_464])
            }
            Self::OwnerRights => Sid::of(3, &[4]),
            Self::CreatorOwner => Sid::of(3, &[0]),
        }
    }
}

impl fmt::Display for Sid {
    /// Writes it as Windows does: S-1-5-18.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, second, parts @ ..] = &self.0;
        let [_, count, high, low] = first.to_le_bytes();
        let authority = second.to_le_bytes();
        let authority = [high, low].into_iter().chain(authority);
        let authority = authority.fold(0_u64, |all, byte| (all << 8) | u64::from(byte));
        write!(f, "S-1-{authority}")?;
        parts.iter().take(count.into()).try_for_each(|part| write!(f, "-{part}"))
    }
}

impl Sid {
    fn of(authority: u8, parts: &[u32]) -> Self {
        let mut words = [0; WORDS_MAX];
        let count = u8::try_from(parts.len()).unwrap_or_default();
        let head = [u32::from_le_bytes([1, count, 0, 0]), u32::from_le_bytes([0, 0, 0, authority])];
        words.iter_mut().zip(head.iter().chain(parts)).for_each(|(word, part)| *word = *part);
        Self(words)
    }

    /// Finds a user or group by name, with or without a domain, or by its written SID.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        name.strip_prefix("S-1-").map_or_else(|| looked_up(name), parsed)
    }

    /// Returns what Windows calls it, where it knows it.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        let (mut name, mut domain) = ([0_u16; NAME_LETTERS_MAX], [0_u16; NAME_LETTERS_MAX]);
        let mut name_room = u32::try_from(NAME_LETTERS_MAX).ok()?;
        let mut domain_room = name_room;
        let mut kind = 0;
        // SAFETY: the SID is whole, and the buffers are ours and as long as said.
        let found = unsafe {
            security::LookupAccountSidW(
                std::ptr::null(),
                self.pointer(),
                name.as_mut_ptr(),
                &raw mut name_room,
                domain.as_mut_ptr(),
                &raw mut domain_room,
                &raw mut kind,
            )
        };
        if found == 0 {
            return None;
        }
        let text = |letters: &[u16], length| {
            let letters = letters.get(..usize::try_from(length).ok()?)?;
            Some(String::from_utf16_lossy(letters))
        };
        let (name, domain) = (text(&name, name_room)?, text(&domain, domain_room)?);
        Some(if domain.is_empty() { name } else { format!(r"{domain}\{name}") })
    }

    /// Copies the SID at a place.
    ///
    /// # Safety
    /// A valid SID must stand there.
    pub(crate) unsafe fn at(place: security::PSID) -> Result<Self, Failed> {
        let mut words = [0; WORDS_MAX];
        let room = u32::try_from(size_of_val(&words)).unwrap_or_default();
        // SAFETY: the caller's; the buffer is ours and as long as said.
        if unsafe { security::CopySid(room, words.as_mut_ptr().cast::<c_void>(), place) } == 0 {
            return Err(Failed::last("CopySid"));
        }
        Ok(Self(words))
    }

    pub(crate) fn pointer(&self) -> security::PSID {
        self.0.as_ptr().cast_mut().cast::<c_void>()
    }
}

/// Returns the user of this process.
///
/// # Errors
/// [`Failed::Refused`] where this process cannot be asked about itself.
pub fn own() -> Result<Sid, Failed> {
    let mut token: HANDLE = std::ptr::null_mut();
    // SAFETY: a constant; nothing to close.
    let process = unsafe { threading::GetCurrentProcess() };
    // SAFETY: the handle that is written to is ours.
    if unsafe { threading::OpenProcessToken(process, security::TOKEN_QUERY, &raw mut token) } == 0 {
        return Err(Failed::last("OpenProcessToken"));
    }
    let user = user(token);
    // SAFETY: the handle is ours and used no more.
    unsafe { CloseHandle(token) };
    user
}

/// Returns the user of a token.
pub(crate) fn user(token: HANDLE) -> Result<Sid, Failed> {
    // Words, so that the answer is aligned as its structure must be.
    let mut words = [0_u64; USER_BYTES_MAX / 8];
    let (place, mut used) = (words.as_mut_ptr(), 0);
    let room = u32::try_from(USER_BYTES_MAX).unwrap_or_default();
    let class = security::TokenUser;
    // SAFETY: the buffer is ours and as long as said.
    let told = unsafe {
        security::GetTokenInformation(token, class, place.cast::<c_void>(), room, &raw mut used)
    };
    if told == 0 {
        return Err(Failed::last("GetTokenInformation"));
    }
    // SAFETY: Windows wrote this structure there; its SID points into the same buffer, which lives
    // to the end of this function.
    unsafe {
        let user = &*place.cast::<security::TOKEN_USER>();
        Sid::at(user.User.Sid)
    }
}

/// Reads the numbers behind `S-1-`.
fn parsed(numbers: &str) -> Option<Sid> {
    let mut numbers = numbers.split('-');
    let authority = numbers.next()?.parse().ok()?;
    let parts: Vec<u32> = numbers.map(|number| number.parse().ok()).collect::<Option<_>>()?;
    let fits = !parts.is_empty() && parts.len() <= WORDS_MAX.saturating_sub(2);
    fits.then(|| Sid::of(authority, &parts))
}

fn looked_up(name: &str) -> Option<Sid> {
    let letters = wide(name);
    let mut words = [0; WORDS_MAX];
    let mut room = u32::try_from(size_of_val(&words)).ok()?;
    let mut domain = [0_u16; NAME_LETTERS_MAX];
    let mut domain_room = u32::try_from(NAME_LETTERS_MAX).ok()?;
    let mut kind = 0;
    // SAFETY: the text ends with a zero, and the buffers are ours and as long as said.
    let found = unsafe {
        security::LookupAccountNameW(
            std::ptr::null(),
            letters.as_ptr(),
            words.as_mut_ptr().cast::<c_void>(),
            &raw mut room,
            domain.as_mut_ptr(),
            &raw mut domain_room,
            &raw mut kind,
        )
    };
    (found != 0).then_some(Sid(words))
}

#[cfg(test)]
mod tests;
