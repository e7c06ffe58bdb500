package io.npuq.launcher.it;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;

/**
 * What can go wrong with an engine that runs a job, how it is made to, and how the job ends.
 *
 * <p>A job is struck by the word that it carries, {@link #word}, in its first attempt.
 */
enum Fault {
    /** SIGSEGV, from outside. */
    SEGMENTATION_FAULT("wait", "its process ended", End.AGAIN) {
        @Override
        void strike(FaultyNpuq npuq, String struck, Cancel cancel) {
            npuq.engine().fault();
        }
    },
    /** Native code writes to address 0. */
    NULL_POINTER("null", "its process ended", End.AGAIN) {},
    /** SIGKILL, as a Linux without memory sends it. */
    KILL("wait", "exit code 137", End.AGAIN) {
        @Override
        void strike(FaultyNpuq npuq, String struck, Cancel cancel) {
            npuq.engine().kill();
        }
    },
    /** SIGSTOP: nothing of the process answers any more. */
    STOP("wait", "it did not stop within", End.TIMEOUT) {
        @Override
        void strike(FaultyNpuq npuq, String struck, Cancel cancel) {
            npuq.engine().freeze();
        }
    },
    /** The call never returns, while the process answers. */
    HANG("deaf", "it did not stop within", End.TIMEOUT) {},
    /** A cancel is not obeyed. */
    DEAF("deaf", "it did not stop within", End.CANCELLED) {
        @Override
        void strike(FaultyNpuq npuq, String struck, Cancel cancel) throws IOException {
            cancel.run();
        }
    },
    /** It takes memory without end. */
    MEMORY("hog", "at most 700 are allowed", End.AGAIN) {
        /** Memory is looked at once a second, and taken as fast as the machine gives it: the call's limit may well come first. */
        @Override
        boolean mayEnd(JsonNode job) {
            return super.mayEnd(job) || job.path("error").path("code").asText().equals("timeout");
        }
    },
    /** Its pipe carries what is no frame. */
    GARBAGE("garbage", "no frame", End.AGAIN) {},
    /** It dies, and for a while no model loads. */
    NO_LOAD("wait", "the model does not load", End.AGAIN) {
        @Override
        void strike(FaultyNpuq npuq, String struck, Cancel cancel) throws IOException {
            npuq.faults().first(Faults.NO_LOAD);
            npuq.engine().kill();
            npuq.awaitHealth("unhealthy");
        }

        @Override
        void mend(FaultyNpuq npuq) throws IOException {
            npuq.faults().remove(Faults.NO_LOAD);
        }
    },
    /** Its device vanishes in mid-job, and comes back. */
    NO_DEVICE("gone", "there is no such device", End.AGAIN) {
        @Override
        void strike(FaultyNpuq npuq, String struck, Cancel cancel) throws IOException {
            npuq.faults().first(Faults.NO_DEVICE);
            npuq.awaitHealth("unhealthy");
        }

        @Override
        void mend(FaultyNpuq npuq) throws IOException {
            npuq.faults().remove(Faults.NO_DEVICE);
        }
    };

    /** How the struck job ends. */
    enum End {
        /** It runs again, as its second attempt, and succeeds. */
        AGAIN("succeeded", 2, 200),
        /** It fails, for it had its time. */
        TIMEOUT("failed", 1, 504),
        /** As it was asked to. */
        CANCELLED("cancelled", 1, 409);

        final String state;
        final int attempt;
        final int workerStatus;

        End(String state, int attempt, int workerStatus) {
            this.state = state;
            this.attempt = attempt;
            this.workerStatus = workerStatus;
        }
    }

    /** Cancels the struck job. */
    interface Cancel {
        void run() throws IOException;
    }

    private final String word;
    /** What {@code /health} says of it, in part. */
    final String trouble;

    final End end;

    Fault(String word, String trouble, End end) {
        this.word = word;
        this.trouble = trouble;
        this.end = end;
    }

    /** A word that no other job has; without its mark it is the file that shows that it has struck. */
    String word(int number) {
        return "#" + word + "-" + number;
    }

    /** Whether the struck job may have ended so. */
    boolean mayEnd(JsonNode job) {
        return job.path("state").asText().equals(end.state);
    }

    /** Called while the attempt runs that the word has struck. */
    void strike(FaultyNpuq npuq, String struck, Cancel cancel) throws IOException {}

    /** Ends what the strike began. */
    void mend(FaultyNpuq npuq) throws IOException {}
}
