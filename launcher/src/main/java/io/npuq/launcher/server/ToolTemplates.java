package io.npuq.launcher.server;

import io.npuq.schema.Lane;
import io.npuq.schema.LaneStatus;
import io.npuq.worker.prompt.ChatTemplate;
import io.npuq.worker.prompt.ChatTemplateException;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** Whether models are told of tools, by their chat templates; each is read once. */
final class ToolTemplates {
    private record Known(Path model, boolean takesTools) {}

    private volatile @Nullable Known latest;

    /** What another server's models are told is its own affair. */
    boolean takesTools(LaneStatus lane) {
        return lane.modelPath().map(this::takesTools).orElse(lane.lane() == Lane.REMOTE);
    }

    private boolean takesTools(Path model) {
        Known known = latest;
        if (known == null || !known.model().equals(model)) {
            known = new Known(model, read(model));
            latest = known;
        }
        return known.takesTools();
    }

    private static boolean read(Path model) {
        try {
            return ChatTemplate.load(model, Clock.systemUTC()).takesTools();
        } catch (ChatTemplateException e) {
            return false; // a lane without a template does not load, and says so
        }
    }
}
