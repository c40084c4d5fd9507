//! Signed checkpoints, written outside the database at most 60 seconds apart: whoever cuts the end of
//! the log or recomputes it must also forge a signature.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::chain::Head;
use crate::base::crypto::{Signer, hex, unhex, verify_signature};
use crate::base::time::Instant;

/// The heads of a writer's chain at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// When, milliseconds UTC.
    pub at: Instant,
    /// The writer.
    pub writer: Uuid,
    /// The number of its last entry.
    pub sequence: i64,
    /// The hash of its last entry, hexadecimal.
    pub hash: String,
}

/// A line of the checkpoint file (JSON, one object a line).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedCheckpoint {
    /// What is signed.
    #[serde(flatten)]
    pub checkpoint: Checkpoint,
    /// Ed25519 signature, hexadecimal.
    pub signature: String,
}

/// Why a line of the checkpoint file cannot be trusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointProblem {
    /// No checkpoint at all.
    #[error("Zeile {0} der Prüfpunkte ist nicht lesbar.")]
    Unreadable(usize),
    /// Signed by someone else, or changed.
    #[error("Die Unterschrift von Zeile {0} der Prüfpunkte stimmt nicht.")]
    Signature(usize),
}

impl Checkpoint {
    /// The checkpoint of a chain's end.
    pub fn new(at: Instant, writer: Uuid, head: Head) -> Self {
        Self {
            at,
            writer,
            sequence: head.sequence,
            hash: hex(&head.hash),
        }
    }

    fn bytes(&self) -> Vec<u8> {
        format!(
            "geleit-checkpoint\n{}\n{}\n{}\n{}",
            self.at.millis(),
            self.writer,
            self.sequence,
            self.hash
        )
        .into_bytes()
    }

    /// The hash as bytes.
    pub fn hash_bytes(&self) -> Option<Vec<u8>> {
        unhex(&self.hash)
    }
}

impl SignedCheckpoint {
    /// Signs a checkpoint.
    pub fn sign(signer: &Signer, checkpoint: Checkpoint) -> Self {
        let signature = hex(&signer.sign(&checkpoint.bytes()));
        Self {
            checkpoint,
            signature,
        }
    }

    /// The checkpoints of a file; every line must be signed by the owner of the public key.
    pub fn read_all(text: &str, public_key: &[u8]) -> Result<Vec<Checkpoint>, CheckpointProblem> {
        let mut checkpoints = Vec::new();
        for (index, line) in text.lines().enumerate() {
            if line.trim().is_empty() {
                continue;
            }
            let signed: SignedCheckpoint =
                serde_json::from_str(line).map_err(|_| CheckpointProblem::Unreadable(index + 1))?;
            let signature =
                unhex(&signed.signature).ok_or(CheckpointProblem::Signature(index + 1))?;
            if !verify_signature(public_key, &signed.checkpoint.bytes(), &signature) {
                return Err(CheckpointProblem::Signature(index + 1));
            }
            checkpoints.push(signed.checkpoint);
        }
        Ok(checkpoints)
    }
}
