//! Of which variables others are made.

/// What variables are made of.
#[derive(Debug)]
pub(super) struct Made {
    /// Variables that are a sum of others, which come before.
    pub(super) relations: Vec<(usize, Vec<usize>)>,
    /// The variables of each variable that are no sum themselves.
    pub(super) parts: Vec<Vec<usize>>,
}

impl Made {
    pub(super) fn new(variables: usize, relations: &[(usize, Vec<usize>)]) -> Made {
        let mut parts: Vec<Vec<usize>> = (0..variables).map(|variable| vec![variable]).collect();
        for (whole, sum) in relations {
            let all = sum.iter().flat_map(|part| parts[*part].clone());
            parts[*whole] = all.collect();
        }
        Made {
            relations: relations.to_vec(),
            parts,
        }
    }
}
