package io.npuq.api.lanes;

import io.npuq.schema.LaneStatus;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/** What the API asks of the lanes, beside the queue. */
public interface LaneControl {
    /** Every lane as it stands, the main one first. Does not block. */
    List<LaneStatus> lanes();

    /** The NPU's busy counter now, in microseconds; empty where there is none. Reads a file. */
    OptionalLong busyTimeUs();

    /** Whether the main lane's model is told of tools, by its chat template. May read files. */
    boolean takesTools();

    /**
     * Loads a model beside the running one and puts it in its place, on every lane that runs one; jobs go on meanwhile.
     *
     * @param model a directory or a name; empty for the present one, read anew
     * @return completes, on any thread, once jobs run on it; fails with a {@link ReloadException} when the old one still serves
     */
    CompletionStage<List<LaneStatus>> reload(Optional<String> model);

    /** Frees a model, on every lane that runs it, once no job waits for it there; the next one loads it again. Does not block. */
    void free(String model);

    /** Loads a model that was freed, on every lane that runs it, before a job asks for it. Does not block. */
    void load(String model);
}
