package io.npuq.launcher.batch;

import java.io.IOException;
import java.io.Writer;

/** A heading a document, its answer below it as a quotation: what a model wrote is no heading of this text. */
final class MarkdownRendering implements Format.Rendering {
    private final Writer to;

    MarkdownRendering(Writer to) {
        this.to = to;
    }

    @Override
    public void add(ResultLine line) throws IOException {
        to.write("## " + code(line.document().replaceAll("\\p{Cntrl}", " ")) + "\n\n");
        String answer = line.isSucceeded() ? line.text() : "failed: " + line.error();
        for (String each : answer.split("\\R", -1)) {
            to.write(each.isEmpty() ? ">\n" : "> " + each + "\n");
        }
        to.write("\n");
    }

    /** A name as it is: in ticks, more of them than the name has. */
    private static String code(String name) {
        String ticks = "`";
        while (name.contains(ticks)) {
            ticks += "`";
        }
        return ticks.length() == 1 ? ticks + name + ticks : ticks + " " + name + " " + ticks;
    }
}
