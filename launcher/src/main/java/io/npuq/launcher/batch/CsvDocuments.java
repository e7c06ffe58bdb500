package io.npuq.launcher.batch;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Each cell of one column is a document, named by the file and the number of the line in which its row begins; empty ones are none. */
final class CsvDocuments implements Splitting {
    private final String column;

    CsvDocuments(String column) {
        this.column = column;
    }

    @Override
    public boolean split(Source file, Source.Taker taker, Skips skips) throws BatchException {
        long line = 0;
        try (Reader text = new InputStreamReader(SplitFile.open(file), StandardCharsets.UTF_8.newDecoder());
                CsvReader<NamedCsvRecord> rows = CsvReader.builder()
                        .maxBufferSize(DocumentText.BYTES_MAX)
                        .allowExtraFields(true)
                        .allowMissingFields(true)
                        .ofNamedCsvRecord(text)) {
            for (NamedCsvRecord row : rows) {
                line = row.getStartingLineNumber();
                String cell = cell(file, row);
                String name = file.name() + ":" + line;
                if (!cell.isBlank() && !taker.take(Source.of(name, cell.getBytes(StandardCharsets.UTF_8)))) {
                    return false;
                }
            }
            return true;
        } catch (CsvParseException e) {
            return taker.take(broken(file, Failure.BAD_CSV, "behind the row of line " + line + " it is no CSV"));
        } catch (IOException | UncheckedIOException e) {
            return taker.take(broken(
                    file,
                    Failure.UNREADABLE,
                    "behind the row of line " + line + " it cannot be read, or is not UTF-8: "
                            + e.getClass().getSimpleName()));
        } catch (DocumentException e) {
            return SplitFile.failed(file, e, taker, skips);
        }
    }

    private String cell(Source file, NamedCsvRecord row) throws BatchException {
        if (!row.getHeader().contains(column)) {
            throw new BatchException(
                    file.name() + " has no column \"" + column + "\"; its first line must name the columns");
        }
        return row.findField(column).orElse("");
    }

    private static Source broken(Source file, String code, String message) {
        return Source.broken(file.name(), new Failure(code, message));
    }
}
