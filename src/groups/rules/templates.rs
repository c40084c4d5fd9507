//! Templates as blocks: what people edit is "Biographisches Verstehen, 6 Sitzungen", what is stored is each session.

/// The most sessions of a template, as many as a series can have.
pub const MOST_SESSIONS: i64 = 60;
/// The most blocks of a template.
pub const MOST_BLOCKS: usize = 30;

/// One session of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedSession {
    /// The module.
    pub module: String,
    /// The kind's code.
    pub kind: String,
    /// Its length in minutes.
    pub minutes: i64,
    /// At least so many days after the session before; 0: no matter.
    pub gap_days: i64,
    /// The least number of trainers.
    pub trainers: i64,
    /// Whether it may be left out without the course being incomplete.
    pub optional: bool,
    /// Whether it is meant for people on remand.
    pub remand: bool,
}

/// Sessions of the same module that follow one another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The first of them; its gap is that before the block.
    pub first: PlannedSession,
    /// How many there are.
    pub count: i64,
}

/// Sessions as blocks: equal ones that follow one another are one block, and a gap begins a block.
pub fn blocks(sessions: &[PlannedSession]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for session in sessions {
        match blocks.last_mut() {
            Some(block)
                if session.gap_days == 0
                    && PlannedSession {
                        gap_days: 0,
                        ..block.first.clone()
                    } == *session =>
            {
                block.count += 1;
            }
            _ => blocks.push(Block {
                first: session.clone(),
                count: 1,
            }),
        }
    }
    blocks
}

/// Blocks as sessions; the inverse of [`blocks`].
pub fn sessions(blocks: &[Block]) -> Vec<PlannedSession> {
    let mut sessions = Vec::new();
    for block in blocks {
        for turn in 0..block.count {
            sessions.push(PlannedSession {
                gap_days: if turn == 0 { block.first.gap_days } else { 0 },
                ..block.first.clone()
            });
        }
    }
    sessions
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn session(module: u8, gap_days: i64, optional: bool) -> PlannedSession {
        PlannedSession {
            module: format!("Baustein {module}"),
            kind: "group".into(),
            minutes: 180,
            gap_days,
            trainers: 2,
            optional,
            remand: true,
        }
    }

    #[test]
    fn a_gap_begins_a_block() {
        let found = blocks(&[
            session(1, 0, false),
            session(1, 0, false),
            session(1, 42, false),
            session(2, 0, false),
        ]);
        let counts: Vec<i64> = found.iter().map(|block| block.count).collect();
        assert_eq!(counts, [2, 1, 1]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]
        #[test]
        fn blocks_are_the_sessions_and_nothing_else(
            list in proptest::collection::vec((0_u8..3, prop_oneof![Just(0_i64), Just(14)], any::<bool>()), 0..40)
        ) {
            let list: Vec<PlannedSession> =
                list.into_iter().map(|(module, gap, optional)| session(module, gap, optional)).collect();
            prop_assert_eq!(sessions(&blocks(&list)), list);
        }
    }
}
