package io.npuq.launcher.models;

import io.npuq.launcher.progress.Bar;
import io.npuq.worker.models.PullProgress;
import io.npuq.worker.models.PullProgress.Stage;
import java.io.PrintWriter;
import java.util.function.Consumer;

/** A pull as one line of a terminal that changes. */
public final class PullBar implements Consumer<PullProgress> {
    private final Bar bar;
    private final PullMeter meter = new PullMeter(System::nanoTime);

    /** Draws there. */
    public PullBar(PrintWriter terminal) {
        bar = new Bar(terminal);
    }

    @Override
    public void accept(PullProgress progress) {
        meter.take(progress);
        if (PullMeter.moved(progress)) {
            bar.draw(meter.percent(), meter.line());
        } else if (progress.stage() == Stage.WAITING) {
            progress.note().ifPresent(bar::say);
        } else if (progress.stage() == Stage.VERIFYING) {
            bar.say("all files are there and have the hub's checksums");
        }
    }
}
