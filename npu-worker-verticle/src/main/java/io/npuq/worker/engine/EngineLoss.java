package io.npuq.worker.engine;

/**
 * How an engine was lost.
 *
 * @param cause what kind of loss it is; a lane decides by it how soon the device is tried again
 * @param message what happened, for people; never a text of a job
 */
public record EngineLoss(Cause cause, String message) {
    /** What kind of loss it is. */
    public enum Cause {
        /** Its process ended by itself: it crashed, or the system killed it. */
        ENDED,
        /** It did not answer or did not obey in time, so its process was ended. */
        HUNG,
        /** It held more memory than it may, so its process was ended. */
        MEMORY,
        /** It said what is no message, so its process was ended. */
        GARBAGE,
        /** Its device failed under it, so its process was ended. */
        DEVICE,
        /** It was closed. */
        CLOSED
    }
}
