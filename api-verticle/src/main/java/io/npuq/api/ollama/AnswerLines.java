package io.npuq.api.ollama;

import io.npuq.api.generate.StreamForm;
import io.npuq.api.generate.ToolCallText;
import io.npuq.api.generate.ToolCallText.Called;
import io.npuq.api.http.ErrorShape;
import io.npuq.api.http.Problem;
import io.npuq.schema.Job;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/** An answer piece by piece, an object a line. Its clients parse every line, so that one without text stands for a sign of life. */
final class AnswerLines implements StreamForm {
    private final AnswerJson json;
    private final boolean tools;
    private final Runnable atEnd;
    private final ToolCallText calls = new ToolCallText();

    /**
     * Of one answer.
     *
     * @param tools whether calls of tools are taken out of the text
     * @param atEnd runs when the job has ended
     */
    AnswerLines(AnswerJson json, boolean tools, Runnable atEnd) {
        this.json = json;
        this.tools = tools;
        this.atEnd = atEnd;
    }

    @Override
    public CharSequence contentType() {
        return "application/x-ndjson";
    }

    @Override
    public Buffer begin(Job job) {
        return Buffer.buffer();
    }

    @Override
    public Buffer waiting(Job job) {
        return line(json.piece("", List.of()));
    }

    @Override
    public Buffer text(String piece) {
        return content(tools ? calls.more(piece) : piece);
    }

    @Override
    public Buffer end(Job job) {
        atEnd.run();
        Buffer out = content(calls.end());
        List<Called> called = calls.calls();
        if (!called.isEmpty()) {
            out.appendBuffer(line(json.piece("", called)));
        }
        return out.appendBuffer(line(json.last(job, "", List.of())));
    }

    @Override
    public Buffer problem(Problem problem) {
        atEnd.run();
        return line(ErrorShape.FLAT.render(problem));
    }

    private Buffer content(String text) {
        return text.isEmpty() ? Buffer.buffer() : line(json.piece(text, List.of()));
    }

    private static Buffer line(byte[] object) {
        return Buffer.buffer(object).appendByte((byte) '\n');
    }
}
