//! A statement with its values. Text is written by programmers, values are always bound.

use sea_orm::{
    ActiveModelTrait, DbBackend, EntityTrait, IntoActiveModel, ModelTrait, QueryTrait, Statement,
    Value,
};

/// SQL text with `?` for each bound value, the same for both databases.
#[derive(Debug, Clone, Default)]
pub struct Sql {
    text: String,
    values: Vec<Value>,
}

impl Sql {
    /// Starts a statement.
    pub fn new(text: &'static str) -> Self {
        Self {
            text: text.to_owned(),
            values: Vec::new(),
        }
    }

    /// More text.
    pub fn push(mut self, text: &'static str) -> Self {
        self.text.push_str(text);
        self
    }

    /// The value of the next `?`.
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Another statement's text and values.
    pub fn append(mut self, other: Sql) -> Self {
        self.text.push_str(&other.text);
        self.values.extend(other.values);
        self
    }

    /// `(?, ?, …)` with these values; `(null)` for none, which nothing equals.
    pub fn list<V: Into<Value>>(mut self, values: impl IntoIterator<Item = V>) -> Self {
        let before = self.values.len();
        self.values.extend(values.into_iter().map(Into::into));
        let count = self.values.len() - before;
        if count == 0 {
            self.text.push_str("(null)");
        } else {
            self.text.push('(');
            for index in 0..count {
                self.text.push_str(if index == 0 { "?" } else { ",?" });
            }
            self.text.push(')');
        }
        self
    }

    /// Inserts rows, every column of them; for [`crate::store::Writer::change_all`]. Nothing if there are none.
    pub fn insert_all<M>(rows: Vec<M>) -> Option<Sql>
    where
        M: IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel> + ModelTrait,
        <M::Entity as EntityTrait>::ActiveModel: ActiveModelTrait<Entity = M::Entity>,
    {
        if rows.is_empty() {
            return None;
        }
        let rows = rows
            .into_iter()
            .map(|row| row.into_active_model().reset_all());
        // SQLite's way of writing is that of `Sql`: `?` for each value.
        let built = M::Entity::insert_many(rows).build(DbBackend::Sqlite);
        Some(Sql {
            text: built.sql,
            values: built.values.map(|values| values.0).unwrap_or_default(),
        })
    }

    /// Several changing statements as one that tells how many rows each touched (PostgreSQL). They all see the rows as
    /// they were before.
    pub(super) fn together(statements: Vec<Sql>) -> Sql {
        let count = statements.len();
        let mut all = Sql::new("with ");
        for (index, statement) in statements.into_iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            all.text.push_str(&format!("{comma}s{index} as ("));
            all = all.append(statement).push(" returning 1)");
        }
        for index in 0..count {
            let word = if index == 0 { " select " } else { ", " };
            all.text
                .push_str(&format!("{word}(select count(*) from s{index})"));
        }
        all
    }

    pub(super) fn statement(self, backend: DbBackend) -> Statement {
        let mut text = String::with_capacity(self.text.len() + self.values.len() * 2);
        let mut number = 0usize;
        let mut quoted = false;
        for character in self.text.chars() {
            match character {
                '\'' => {
                    quoted = !quoted;
                    text.push(character);
                }
                '?' if !quoted => {
                    number += 1;
                    text.push('$');
                    text.push_str(&number.to_string());
                }
                _ => text.push(character),
            }
        }
        debug_assert_eq!(
            number,
            self.values.len(),
            "one value for each ? in {}",
            self.text
        );
        Statement::from_sql_and_values(backend, text, self.values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_numbered_in_order_and_quotes_are_left_alone() {
        let sql = Sql::new("select '?' from t where a = ? and b in ")
            .bind(1i64)
            .list([2i64, 3])
            .push(" limit ?")
            .bind(4i64);
        let statement = sql.statement(DbBackend::Postgres);
        assert_eq!(
            statement.sql,
            "select '?' from t where a = $1 and b in ($2,$3) limit $4"
        );
        assert_eq!(statement.values.map(|values| values.0.len()), Some(4));
    }

    #[test]
    fn statements_together_keep_their_values_in_order() {
        let all = Sql::together(vec![
            Sql::new("update t set a = ? where id = ?")
                .bind(1i64)
                .bind(2i64),
            Sql::new("delete from u where id = ?").bind(3i64),
        ]);
        let statement = all.statement(DbBackend::Postgres);
        assert_eq!(
            statement.sql,
            "with s0 as (update t set a = $1 where id = $2 returning 1), s1 as (delete from u where id = $3 returning 1) \
             select (select count(*) from s0), (select count(*) from s1)"
        );
    }

    #[test]
    fn an_empty_list_matches_nothing() {
        let statement = Sql::new("select 1 where a in ")
            .list(Vec::<i64>::new())
            .statement(DbBackend::Sqlite);
        assert_eq!(statement.sql, "select 1 where a in (null)");
    }
}
