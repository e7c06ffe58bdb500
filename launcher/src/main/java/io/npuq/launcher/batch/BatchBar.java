package io.npuq.launcher.batch;

import io.npuq.launcher.progress.Bar;
import java.io.PrintWriter;
import java.util.OptionalLong;

/** A batch as one line of a terminal that changes. */
final class BatchBar implements Progress {
    private final Bar bar;
    private final BatchMeter meter;

    BatchBar(PrintWriter terminal, OptionalLong total) {
        bar = new Bar(terminal);
        meter = new BatchMeter(System::nanoTime, total);
    }

    @Override
    public void moved(Tally tally) {
        meter.take(tally);
        bar.draw(meter.percent(), meter.line());
    }

    @Override
    public void say(String line) {
        bar.say(line);
    }

    @Override
    public void end() {
        bar.clear();
    }
}
