package io.npuq.launcher.models;

import io.npuq.worker.models.PullProgress;
import io.npuq.worker.models.PullProgress.Stage;
import java.util.function.Consumer;

/** A pull as lines: one each tenth of the way. */
public final class PullLines implements Consumer<PullProgress> {
    private static final int STEP_PERCENT = 10;

    private final Consumer<String> say;
    private final PullMeter meter = new PullMeter(System::nanoTime);
    private long said = -1;

    /** Says them there. */
    public PullLines(Consumer<String> say) {
        this.say = say;
    }

    @Override
    public void accept(PullProgress progress) {
        meter.take(progress);
        long step = meter.percent() / STEP_PERCENT;
        if (step > said && PullMeter.moved(progress)) {
            said = step;
            say.accept("  " + meter.line());
        } else if (progress.stage() == Stage.WAITING) {
            progress.note().ifPresent(note -> say.accept("  " + note));
        } else if (progress.stage() == Stage.VERIFYING) {
            say.accept("  all files are there and have the hub's checksums");
        }
    }
}
