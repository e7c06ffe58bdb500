package io.npuq.launcher.batch;

import com.fasterxml.jackson.databind.JsonNode;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.Writer;

/** A row a document, as RFC 4180 has it. */
final class CsvRendering implements Format.Rendering {
    private final CsvWriter csv;

    CsvRendering(Writer to) {
        csv = CsvWriter.builder()
                .lineDelimiter(LineDelimiter.CRLF)
                .bufferSize(0)
                .build(to);
        csv.writeRecord("document", "state", "text", "error", "chars", "parts", "model", "finished_at");
    }

    @Override
    public void add(ResultLine line) {
        csv.writeRecord(
                line.document(),
                line.json().path("state").asText(),
                line.text(),
                line.error(),
                text(line, "chars"),
                Integer.toString(line.json().path("parts").size()),
                text(line, "model"),
                line.json().path("finished_at").asText());
    }

    private static String text(ResultLine line, String field) {
        JsonNode value = line.json().path(field);
        return value.isNull() ? "" : value.asText();
    }
}
