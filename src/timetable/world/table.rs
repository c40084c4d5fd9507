//! Keys for the things of a world, and tables by such keys.

use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

/// A place in a table of one kind.
pub trait Key: Copy {
    /// The key of a place.
    fn of(place: usize) -> Self;
    /// The place of a key.
    fn place(self) -> usize;
}

macro_rules! keys {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u16);

        impl Key for $name {
            fn of(place: usize) -> Self {
                Self(u16::try_from(place).unwrap_or(u16::MAX))
            }

            fn place(self) -> usize {
                usize::from(self.0)
            }
        }
    )+};
}

keys!(
    /// A prison.
    FacilityKey,
    /// A room of any prison.
    RoomKey,
    /// Somebody who holds sessions.
    TrainerKey,
    /// A course that may be opened.
    GroupKey,
    /// Somebody who may take part.
    PersonKey,
    /// A one-to-one event.
    SingleKey,
);

/// Values by key. Keys come only from the table's own kind (a [`super::World`] makes both), so a lookup does not
/// fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table<K, V> {
    values: Vec<V>,
    kind: PhantomData<fn(K)>,
}

impl<K: Key, V> Table<K, V> {
    /// One value per key, in the order of the keys.
    pub fn new(values: Vec<V>) -> Self {
        Self {
            values,
            kind: PhantomData,
        }
    }

    /// The same value under every key of `other`.
    pub fn like<W>(other: &Table<K, W>, value: V) -> Self
    where
        V: Clone,
    {
        Self::new(vec![value; other.len()])
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Every key.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = K> + ExactSizeIterator + use<K, V> {
        (0..self.values.len()).map(K::of)
    }

    /// Every value with its key.
    pub fn iter(&self) -> impl Iterator<Item = (K, &V)> {
        self.values
            .iter()
            .enumerate()
            .map(|(place, value)| (K::of(place), value))
    }

    /// Every value.
    pub fn values(&self) -> &[V] {
        &self.values
    }
}

impl<K: Key, V> Index<K> for Table<K, V> {
    type Output = V;

    #[expect(
        clippy::indexing_slicing,
        reason = "keys are made together with the table; this is the one place that trusts them"
    )]
    #[inline]
    fn index(&self, key: K) -> &V {
        &self.values[key.place()]
    }
}

impl<K: Key, V> IndexMut<K> for Table<K, V> {
    #[expect(clippy::indexing_slicing, reason = "as above")]
    #[inline]
    fn index_mut(&mut self, key: K) -> &mut V {
        &mut self.values[key.place()]
    }
}

/// Values by two places: a row per key and a fixed number of columns.
#[derive(Clone, Debug)]
pub struct Grid<K, V> {
    values: Vec<V>,
    columns: usize,
    outside: V,
    kind: PhantomData<fn(K)>,
}

impl<K: Key, V: Clone> Grid<K, V> {
    /// `rows` times `columns` of the same value.
    pub fn new(rows: usize, columns: usize, value: V) -> Self {
        Self {
            values: vec![value.clone(); rows * columns],
            columns,
            outside: value,
            kind: PhantomData,
        }
    }

    /// The value, or the one the grid was filled with when the column lies outside.
    #[inline]
    pub fn at(&self, row: K, column: usize) -> &V {
        if column >= self.columns {
            return &self.outside;
        }
        self.values
            .get(row.place() * self.columns + column)
            .unwrap_or(&self.outside)
    }

    /// The value to be changed, or `None` when the column lies outside.
    #[inline]
    pub fn at_mut(&mut self, row: K, column: usize) -> Option<&mut V> {
        if column >= self.columns {
            return None;
        }
        self.values.get_mut(row.place() * self.columns + column)
    }
}
