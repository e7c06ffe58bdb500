package io.npuq.launcher.batch;

import java.io.PrintWriter;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Shows how far a batch is. Called by one thread at a time. */
public interface Progress {
    /** Something moved on. */
    void moved(Tally tally);

    /** A line about what happens. */
    void say(String line);

    /** It is over: nothing is to stay that changes. */
    void end();

    /** As one line of that terminal that changes; of so many documents, where that is known. */
    static Progress bar(PrintWriter terminal, OptionalLong total) {
        return new BatchBar(terminal, total);
    }

    /** As a line now and then. */
    static Progress lines(Consumer<String> say, OptionalLong total) {
        return new BatchLines(say, System::nanoTime, total);
    }
}
