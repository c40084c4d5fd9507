//! Pages by cursor: the next page starts after the last row shown, so page 200 costs what page 1 costs
//! and a row recorded meanwhile shifts nothing.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

/// Where a page begins: after a row, or (going back) before one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// Whether the page lies before the row.
    pub backward: bool,
    /// The row's sort key.
    pub key: String,
    /// The row's id, which breaks ties.
    pub id: Uuid,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}.{}.{}",
            if self.backward { "v" } else { "n" },
            self.id.simple(),
            self.key
        )
    }
}

impl FromStr for Cursor {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.splitn(3, '.');
        let backward = match parts.next() {
            Some("v") => true,
            Some("n") => false,
            _ => return Err(()),
        };
        let id = parts
            .next()
            .and_then(|part| Uuid::parse_str(part).ok())
            .ok_or(())?;
        // PostgreSQL takes no NUL; no key of ours has any control character.
        let key = parts.next().filter(|key| !key.contains(char::is_control));
        let key = key.ok_or(())?.to_owned();
        Ok(Self { backward, key, id })
    }
}

/// One page of a list.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The rows in display order.
    pub rows: Vec<T>,
    /// Where the previous page is, if there is one.
    pub previous: Option<Cursor>,
    /// Where the next page is, if there is one.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// Makes a page of the rows that were asked for with a limit of `size + 1`, in reading direction.
    pub fn from_rows(
        mut rows: Vec<T>,
        size: usize,
        from: Option<&Cursor>,
        key: impl Fn(&T) -> (String, Uuid),
    ) -> Self {
        let backward = from.is_some_and(|cursor| cursor.backward);
        let more = rows.len() > size;
        rows.truncate(size);
        if backward {
            rows.reverse();
        }
        let at = |row: Option<&T>, backward: bool| {
            row.map(|row| {
                let (key, id) = key(row);
                Cursor { backward, key, id }
            })
        };
        let (has_previous, has_next) = if backward {
            (more, true)
        } else {
            (from.is_some(), more)
        };
        let previous = if has_previous {
            at(rows.first(), true)
        } else {
            None
        };
        let next = if has_next {
            at(rows.last(), false)
        } else {
            None
        };
        Self {
            rows,
            previous,
            next,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: &u8) -> (String, Uuid) {
        (number.to_string(), Uuid::from_u128(u128::from(*number)))
    }

    #[test]
    fn cursors_survive_the_address_bar() {
        let cursor = Cursor {
            backward: true,
            key: "mueller, jan.x".into(),
            id: Uuid::from_u128(9),
        };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        assert_eq!("".parse::<Cursor>(), Err(()));
        assert_eq!("n.x.y".parse::<Cursor>(), Err(()));
    }

    #[test]
    fn the_first_page_has_no_previous_and_the_last_no_next() {
        let first = Page::from_rows(vec![1u8, 2, 3], 2, None, key);
        assert_eq!(first.rows, [1, 2]);
        assert!(first.previous.is_none());
        let next = first.next.unwrap();
        let last = Page::from_rows(vec![3u8], 2, Some(&next), key);
        assert!(last.next.is_none());
        let back = last.previous.unwrap();
        let again = Page::from_rows(vec![2u8, 1], 2, Some(&back), key);
        assert_eq!(again.rows, [1, 2]);
        assert!(again.previous.is_none());
        assert!(again.next.is_some());
    }
}
