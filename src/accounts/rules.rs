//! Rules of sign-in: how long a session lives, how guesses are slowed down, what a password must be.

use totp_rs::{Algorithm, Builder, Secret, Totp};

use crate::access::Role;
use crate::base::fold::fold;
use crate::base::ids::{AccountId, FacilityId, ProviderId, StaffId};
use crate::base::time::Instant;

/// A session ends after this long without a request (NIST SP 800-63B-4 AAL3: at most 15 minutes).
pub const IDLE_SECONDS: i64 = 15 * 60;
/// When the page warns, in seconds after it was loaded.
pub const IDLE_WARNING_SECONDS: u32 = 13 * 60;
/// A session ends this long after the sign-in in any case: one working day.
pub const ABSOLUTE_SECONDS: i64 = 10 * 3600;
/// The device at a gate shows one list and nothing else; it may rest for a shift.
pub const GATE_IDLE_SECONDS: i64 = 12 * 3600;
/// The device at a gate signs in anew once a day.
pub const GATE_ABSOLUTE_SECONDS: i64 = 24 * 3600;
/// The second factor must follow the password within this time.
pub const HALF_WAY_SECONDS: i64 = 5 * 60;
/// A one-time setup code is valid this long (ASVS 6.4.6).
pub const SETUP_SECONDS: i64 = 24 * 3600;
/// Sessions of one account at the same time.
pub const SESSIONS: usize = 3;
/// Wrong guesses within a day after which only an administrator helps (NIST: at most 100).
pub const GUESSES_PER_DAY: i64 = 50;
/// Recovery codes of an account.
pub const RECOVERY_CODES: usize = 10;
/// Shortest password.
pub const SHORTEST_PASSWORD: usize = 14;
/// Longest password (Argon2 takes any length; this bounds the work).
pub const LONGEST_PASSWORD: usize = 200;

const DAY: i64 = 24 * 3600;

/// How often somebody guessed wrongly for a sign-in name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Throttle {
    /// Wrong guesses in the window.
    pub failures: i64,
    /// When the window began.
    pub window_started_at: Instant,
    /// Until when no guess is looked at.
    pub locked_until: Instant,
}

impl Throttle {
    /// Nobody guessed yet.
    pub fn fresh(now: Instant) -> Self {
        Self {
            failures: 0,
            window_started_at: now,
            locked_until: now,
        }
    }

    /// Takes a reserved guess back that was right.
    pub fn give_back(self, now: Instant) -> Throttle {
        Throttle {
            failures: (self.failures - 1).max(0),
            locked_until: now,
            ..self
        }
    }

    /// Counts a guess before it is looked at, so that parallel guesses cannot outrun the count. `None`:
    /// this guess is not looked at. The delay doubles: 1 s, 2 s, 4 s … up to a quarter of an hour.
    pub fn reserve(self, now: Instant) -> Option<Throttle> {
        let state = if now.since(self.window_started_at) >= DAY * 1000 {
            Throttle::fresh(now)
        } else {
            self
        };
        if now < state.locked_until || state.failures >= GUESSES_PER_DAY {
            return None;
        }
        let failures = state.failures + 1;
        let delay = 1i64
            .checked_shl(u32::try_from(failures - 1).unwrap_or(u32::MAX))
            .unwrap_or(i64::MAX)
            .clamp(1, 900);
        Some(Throttle {
            failures,
            window_started_at: state.window_started_at,
            locked_until: now.plus_seconds(delay),
        })
    }
}

/// How long a session of a role may rest, and how long it lives at most, in seconds. The device at a gate stands in a
/// guarded room, shows today's list of names of external staff and opens nothing else: it lives through a shift.
pub fn session_limits(role: Option<Role>) -> (i64, i64) {
    match role {
        Some(Role::Gate) => (GATE_IDLE_SECONDS, GATE_ABSOLUTE_SECONDS),
        _ => (IDLE_SECONDS, ABSOLUTE_SECONDS),
    }
}

/// When the page of a role warns that its session ends, in seconds after it was loaded.
pub fn idle_warning_seconds(role: Role) -> u32 {
    match role {
        Role::Gate => 11 * 3600,
        _ => IDLE_WARNING_SECONDS,
    }
}

/// Whether a session of a role is over.
pub fn session_over(
    role: Option<Role>,
    created: Instant,
    last_seen: Instant,
    half_way: bool,
    now: Instant,
) -> bool {
    if half_way {
        return now.since(created) >= HALF_WAY_SECONDS * 1000;
    }
    let (idle, absolute) = session_limits(role);
    now.since(last_seen) >= idle * 1000 || now.since(created) >= absolute * 1000
}

/// Words that are not worth anything in a password here (ASVS 6.2.11: context words).
const CONTEXT: &[&str] = &[
    "geleit",
    "kora",
    "prisma",
    "akt",
    "jva",
    "justiz",
    "justizvollzug",
    "bewaehrungshilfe",
    "sozialdienst",
    "sachsen",
    "dresden",
    "leipzig",
    "chemnitz",
    "bautzen",
    "zwickau",
    "goerlitz",
    "torgau",
    "waldheim",
    "zeithain",
    "regis-breitingen",
    "passwort",
    "kennwort",
    "anmeldung",
    "sommer",
    "winter",
    "fruehling",
    "herbst",
];

/// What is wrong with a new password; `None` if nothing is. Length, the dictionaries and patterns of
/// `zxcvbn` (common passwords, names, keyboard rows, repetitions), and words of this house and account; no
/// rules of composition, no expiry (BSI ORP.4.A23).
pub fn password_problem(password: &str, login: &str, name: &str) -> Option<String> {
    let length = password.chars().count();
    if length < SHORTEST_PASSWORD {
        return Some(format!(
            "Das Kennwort hat {length} Zeichen; es braucht mindestens {SHORTEST_PASSWORD}. Leicht zu merken ist ein Satz aus vier oder fünf Wörtern."
        ));
    }
    if length > LONGEST_PASSWORD {
        return Some(format!(
            "Das Kennwort darf höchstens {LONGEST_PASSWORD} Zeichen haben."
        ));
    }
    let folded = fold(password);
    let mut words: Vec<String> = CONTEXT.iter().map(|word| (*word).to_owned()).collect();
    words.push(fold(login));
    words.extend(fold(name).split(' ').map(ToOwned::to_owned));
    let mut rest = folded.replace(' ', "");
    let mut sorted: Vec<&String> = words.iter().filter(|word| word.len() >= 3).collect();
    sorted.sort_by_key(|word| std::cmp::Reverse(word.len()));
    for word in sorted {
        rest = rest.replace(&word.replace(['-', ' '], ""), "");
    }
    let inputs: Vec<&str> = words.iter().map(String::as_str).collect();
    let guessable = zxcvbn::zxcvbn(password, &inputs).score() < zxcvbn::Score::Three
        || zxcvbn::zxcvbn(&folded, &inputs).score() < zxcvbn::Score::Three
        || rest.chars().count() < 8;
    guessable.then(|| {
        "Dieses Kennwort ist leicht zu erraten: Es ist bekannt, folgt einem Muster oder besteht aus Wörtern dieses Hauses. Bitte ein anderes wählen, zum Beispiel einen Satz aus vier oder fünf Wörtern ohne Bezug zur Arbeit.".to_owned()
    })
}

/// The second factor over a secret of 20 bytes: RFC 6238, SHA-1, six digits, 30 seconds, one step of tolerance
/// (what every authenticator application understands).
pub fn second_factor(secret: &[u8]) -> Option<Totp> {
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_skew(1)
        .with_step_duration(30)
        .with_secret(Secret::from(secret.to_vec()))
        .build()
        .ok()
}

/// The step that a code belongs to, if it is right now and newer than the last used one: a code works once.
pub fn accepted_step(secret: &[u8], code: &str, last_step: i64, now: Instant) -> Option<i64> {
    let digits: String = code
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .collect();
    if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let seconds = u64::try_from(now.millis() / 1000).ok()?;
    let step = i64::try_from(second_factor(secret)?.check(&digits, seconds)?).ok()?;
    (step > last_step).then_some(step)
}

/// The code that would be accepted next (demo only: the page shows it).
pub fn next_code(secret: &[u8], last_step: i64, now: Instant) -> Option<String> {
    let seconds = u64::try_from(now.millis() / 1000).ok()?;
    let step = (seconds / 30).max(u64::try_from(last_step + 1).ok()?);
    Some(second_factor(secret)?.generate(step * 30).to_string())
}

/// The secret as people type it into an authenticator, in groups of four.
pub fn secret_text(secret: &[u8]) -> String {
    let text = Secret::from(secret.to_vec()).to_base32();
    text.as_bytes()
        .chunks(4)
        .map(|group| String::from_utf8_lossy(group).into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

/// A code for people: 16 letters without look-alikes, in groups of four (80 bit).
pub fn readable_code(bytes: &[u8; 32]) -> String {
    crate::base::crypto::readable_code(bytes, 16)
}

pub use crate::base::crypto::code_key;

/// What an account to be created must say.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// The sign-in name.
    pub login: String,
    /// The name that histories keep.
    pub name: String,
    /// The role.
    pub role: Role,
    /// The facility, for roles that belong to one.
    pub facility: Option<FacilityId>,
    /// The provider, for roles that belong to one.
    pub provider: Option<ProviderId>,
    /// The staff entry, for trainers.
    pub staff: Option<StaffId>,
    /// Whose account it is, where somebody has one already.
    pub person: WhosePerson,
}

/// Whose account a new one is: four eyes are counted by people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WhosePerson {
    /// Nobody was asked; allowed only while no account has the same name.
    #[default]
    Unasked,
    /// A further account of the human who holds this one.
    SameAs(AccountId),
    /// Another human, even if the name is the same.
    Another,
}

/// The accounts whose name reads the same: spelling, case and umlauts do not count.
pub fn namesakes<'a, T>(name: &str, known: &'a [T], of: impl Fn(&T) -> &str) -> Vec<&'a T> {
    let mut wanted: Vec<String> = fold(name)
        .split_whitespace()
        .map(ToOwned::to_owned)
        .collect();
    wanted.sort();
    known
        .iter()
        .filter(|other| {
            let mut words: Vec<String> = fold(of(other))
                .split_whitespace()
                .map(ToOwned::to_owned)
                .collect();
            words.sort();
            words == wanted
        })
        .collect()
}

/// A sign-in name: what is wrong with it.
pub fn login_problem(login: &str) -> Option<&'static str> {
    let length = login.chars().count();
    if !(3..=40).contains(&length) {
        return Some("Der Anmeldename braucht 3 bis 40 Zeichen.");
    }
    if !login
        .chars()
        .all(|letter| letter.is_ascii_alphanumeric() || ".-_".contains(letter))
    {
        return Some(
            "Der Anmeldename darf nur Buchstaben ohne Umlaute, Ziffern, Punkt, Binde- und Unterstrich enthalten.",
        );
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn namesakes_are_found_whatever_the_spelling() {
        let known = [
            "Jürgen Weiß",
            "Juergen Weiss",
            "Weiss, Jürgen",
            "Jürgen Weißmann",
        ];
        assert_eq!(
            namesakes("JÜRGEN  WEISS", &known, |name| name),
            [&known[0], &known[1], &known[2]]
        );
        assert!(namesakes("Jürgen", &known, |name| name).is_empty());
    }

    #[test]
    fn guesses_slow_down_and_end() {
        let start = Instant::from_millis(1_000_000);
        let mut throttle = Throttle::fresh(start);
        let mut now = start;
        let mut looked_at = 0;
        // One guess every 100 ms for a minute, as an attacker would.
        for _ in 0..600 {
            if let Some(next) = throttle.reserve(now) {
                throttle = next;
                looked_at += 1;
            }
            now = now.plus_millis(100);
        }
        assert!(looked_at <= 8, "{looked_at} guesses in a minute");
        for _ in 0..200 {
            now = now.plus_minutes(16);
            if throttle.failures == GUESSES_PER_DAY {
                break;
            }
            if let Some(next) = throttle.reserve(now) {
                throttle = next;
            }
        }
        assert_eq!(throttle.failures, GUESSES_PER_DAY);
        assert_eq!(throttle.reserve(now), None);
        assert!(throttle.reserve(start.plus_seconds(DAY + 1)).is_some());
    }

    #[test]
    fn sessions_end_by_idleness_and_by_age() {
        let created = Instant::from_millis(0);
        assert!(!session_over(
            None,
            created,
            created.plus_seconds(100),
            false,
            created.plus_seconds(100 + IDLE_SECONDS - 1)
        ));
        assert!(session_over(
            None,
            created,
            created.plus_seconds(100),
            false,
            created.plus_seconds(100 + IDLE_SECONDS)
        ));
        let late = created.plus_seconds(ABSOLUTE_SECONDS);
        assert!(session_over(None, created, late, false, late));
        assert!(session_over(
            None,
            created,
            created,
            true,
            created.plus_seconds(HALF_WAY_SECONDS)
        ));
    }

    #[test]
    fn the_device_at_a_gate_lives_through_a_shift_and_no_other_does() {
        let created = Instant::from_millis(0);
        let rest = |role, hours: i64| {
            session_over(
                Some(role),
                created,
                created,
                false,
                created.plus_minutes(60 * hours),
            )
        };
        for role in Role::ALL {
            assert_eq!(rest(role, 11), role != Role::Gate, "{role}");
            assert!(rest(role, 12), "{role}");
            let day = created.plus_seconds(GATE_ABSOLUTE_SECONDS);
            assert!(session_over(Some(role), created, day, false, day), "{role}");
            let (idle, _) = session_limits(Some(role));
            assert!(i64::from(idle_warning_seconds(role)) < idle, "{role}");
        }
    }

    #[test]
    fn a_code_works_once_and_only_in_its_time() {
        let secret = [7u8; 20];
        let now = Instant::from_millis(1_700_000_000_000);
        let code = second_factor(&secret)
            .unwrap()
            .generate(1_700_000_000)
            .to_string();
        let step = accepted_step(&secret, &code, 0, now).unwrap();
        assert_eq!(
            accepted_step(&secret, &format!("{} {}", &code[..3], &code[3..]), 0, now),
            Some(step)
        );
        assert_eq!(accepted_step(&secret, &code, step, now), None);
        assert_eq!(accepted_step(&secret, &code, 0, now.plus_seconds(90)), None);
        assert_eq!(accepted_step(&secret, "000", 0, now), None);
        assert_eq!(
            next_code(&secret, step, now).and_then(|next| accepted_step(&secret, &next, step, now)),
            Some(step + 1)
        );
    }

    #[test]
    fn rfc_6238_vector() {
        let totp = second_factor(b"12345678901234567890").unwrap();
        assert_eq!(totp.generate(59).to_string(), "287082");
    }

    #[test]
    fn known_and_local_passwords_are_refused() {
        for bad in [
            "kurz",
            "passwortpasswort",
            "12345678901234",
            "qwertzuiopasdf",
            "JVA-Dresden-2026!",
            "GeleitGeleit2026",
            "aaaaaaaaaaaaaaaa",
        ] {
            assert!(
                password_problem(bad, "s.muster", "Sabine Muster").is_some(),
                "{bad}"
            );
        }
        for good in ["vier Äpfel fliegen nachts tief", "Korb-Nebel-Zange-Ufer-9"] {
            assert_eq!(
                password_problem(good, "s.muster", "Sabine Muster"),
                None,
                "{good}"
            );
        }
        assert!(password_problem("sabine.muster1.", "s.muster", "Sabine Muster").is_some());
    }

    #[test]
    fn readable_codes_have_no_look_alikes() {
        let code = readable_code(&[255; 32]);
        assert_eq!(code.len(), 19);
        assert!(!code.contains(['0', 'O', '1', 'I']));
        assert_eq!(code_key("abcd-efgh "), "ABCDEFGH");
    }
}
