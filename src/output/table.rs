//! Columns of text, two spaces apart.

use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, Table as Grid};

/// A table with a title over each column.
#[derive(Debug, Default)]
pub struct Table {
    rows: Rows,
}

impl Table {
    /// A table with these columns and a dash for each letter of their titles.
    pub fn new(titles: &[&str]) -> Self {
        let mut rows = Rows::default();
        rows.add(titles.iter().map(ToString::to_string));
        rows.add(titles.iter().map(|title| "-".repeat(title.chars().count())));
        Self { rows }
    }

    /// Adds a row.
    pub fn add(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.add(cells);
    }

    /// The text, with a line end after each row.
    pub fn render(&self) -> String {
        self.rows.render()
    }
}

/// Rows without titles: labels and what belongs to them.
#[derive(Debug, Default)]
pub struct Rows {
    rows: Vec<Vec<String>>,
}

impl Rows {
    /// Adds a row; a line end inside a cell becomes a space, so that no cell breaks the columns.
    pub fn add(&mut self, cells: impl IntoIterator<Item = String>) {
        let flat = |cell: String| cell.replace('\n', " ");
        self.rows.push(cells.into_iter().map(flat).collect());
    }

    /// Adds a label and its value.
    pub fn pair(&mut self, label: &str, value: impl std::fmt::Display) {
        self.add([label.to_owned(), value.to_string()]);
    }

    /// The text, with a line end after each row.
    pub fn render(&self) -> String {
        let mut grid = Grid::new();
        grid.load_style(NOTHING).set_content_arrangement(ContentArrangement::Disabled);
        grid.force_no_tty();
        for row in &self.rows {
            grid.add_row(row);
        }
        for column in grid.column_iter_mut() {
            column.set_padding((0, 2));
        }
        let mut text = String::new();
        for line in grid.lines() {
            text.push_str(line.trim_end());
            text.push('\n');
        }
        if self.rows.is_empty() { String::new() } else { text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_two_spaces_apart() {
        let mut table = Table::new(&["Name", "Current LSN", "Status"]);
        table.add(["a-long-name".to_owned(), String::new(), "\x1b[32mOK\x1b[0m".to_owned()]);
        table.add(["b".to_owned(), "0/1".to_owned(), "two\nlines".to_owned()]);
        let text = table.render();
        assert_eq!(
            text,
            "Name         Current LSN  Status\n\
             ----         -----------  ------\n\
             a-long-name               \x1b[32mOK\x1b[0m\n\
             b            0/1          two lines\n"
        );
        assert_eq!(Rows::default().render(), "");
    }
}
