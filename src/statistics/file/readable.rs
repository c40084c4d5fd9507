//! The CSV for people: opens in German Excel and LibreOffice by double click. `;`, UTF-8 with byte order mark, CRLF,
//! decimal comma, one line for each cell in the long format of GENESIS ffcsv, quotes only where RFC 4180 wants them.

use super::FileError;
use super::content::ReleaseContent;
use super::rows::{Field, head, rows};
use super::words::{decimal, iso};

/// UTF-8 byte order mark; German Excel needs it.
pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The bytes of the file. The content is expected to be [checked](fn@super::check).
pub(super) fn readable_csv(content: &ReleaseContent) -> Result<Vec<u8>, FileError> {
    let failed = |error: csv::Error| FileError::Write(error.to_string());
    let mut writer = csv::WriterBuilder::new()
        .delimiter(b';')
        .terminator(csv::Terminator::CRLF)
        .from_writer(BYTE_ORDER_MARK.to_vec());
    writer.write_record(head(content)).map_err(failed)?;
    for row in rows(content) {
        let fields = row.iter().map(|field| match field {
            Field::Text(text) => (*text).to_owned(),
            Field::Day(day) => iso(*day),
            Field::Number(value, decimals) => decimal(*value, *decimals, ','),
            Field::Empty => String::new(),
        });
        writer.write_record(fields).map_err(failed)?;
    }
    writer
        .into_inner()
        .map_err(|error| FileError::Write(error.to_string()))
}
