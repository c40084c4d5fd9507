//! Code lists: codes in the database, German words on the screen, in one declaration.

/// Declares a code list as an enum:
///
/// ```text
/// codes! {
///     /// Why a session does not take place.
///     CancelReason {
///         /// A holiday.
///         Holiday "holiday" "Feiertag",
///     }
/// }
/// ```
macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident $code:literal $label:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant),* }

        #[allow(dead_code, reason = "a list offers what any of its users needs")]
        impl $name {
            /// Every value, in the order of the screen.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];

            /// The code in the database.
            pub const fn code(self) -> &'static str {
                match self { $($name::$variant => $code),* }
            }

            /// The word on the screen.
            pub const fn label(self) -> &'static str {
                match self { $($name::$variant => $label),* }
            }

            /// The value with this code.
            pub fn from_code(code: &str) -> Option<$name> {
                Self::ALL.iter().copied().find(|value| value.code() == code)
            }

            /// Code and word of every value, for a form.
            pub fn choices() -> Vec<(&'static str, &'static str)> {
                Self::ALL.iter().map(|value| (value.code(), value.label())).collect()
            }

            /// Every code, for checking a form.
            pub fn codes() -> Vec<&'static str> {
                Self::ALL.iter().map(|value| value.code()).collect()
            }
        }

        impl std::str::FromStr for $name {
            type Err = ();

            fn from_str(code: &str) -> Result<Self, ()> {
                Self::from_code(code).ok_or(())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.label())
            }
        }
    };
}
pub(crate) use codes;
