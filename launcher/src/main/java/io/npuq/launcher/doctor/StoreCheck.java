package io.npuq.launcher.doctor;

import io.npuq.scheduler.QueueUnavailableException;
import io.npuq.scheduler.postgres.PostgresJobQueue;
import io.npuq.schema.config.StoreConfig;

/** Whether the store that hosts share can be reached, and is set so that it loses nothing. */
final class StoreCheck {
    private StoreCheck() {}

    static Check of(StoreConfig store) {
        try {
            return Check.ok("store", PostgresJobQueue.probe(store) + " at " + store.url());
        } catch (QueueUnavailableException e) {
            return Check.needed("store", String.valueOf(e.getMessage()), "see docs/postgresql.md");
        }
    }
}
