package io.npuq.scheduler.postgres;

import io.npuq.scheduler.audit.AuditReport;
import io.npuq.scheduler.audit.Broken;
import io.npuq.scheduler.audit.HostLog;
import io.npuq.scheduler.audit.LogAudit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the check of all request logs of a store found.
 *
 * @param hosts of each host's log, by host
 * @param jobs how many jobs' entries agree with each other; 0 when a log is broken, for then they are not looked at
 * @param firstBroken what is broken first, and whose; null when nothing is
 */
public record StoreAudit(
        Map<StoreLog.Host, AuditReport> hosts,
        long jobs,
        @Nullable String firstBroken) {
    /** Checks every host's log by itself, and then what all of them together say of each job. */
    public static StoreAudit of(StoreLog store, LogAudit audit) {
        Map<StoreLog.Host, AuditReport> hosts = new LinkedHashMap<>();
        List<StoreLog.Host> all = store.hosts();
        Optional<String> broken =
                audit.ofNone(all.stream().map(store::of).toList()).map(Broken::message);
        for (StoreLog.Host host : all) {
            HostLog log = store.of(host);
            AuditReport report = audit.host(log);
            hosts.put(host, report);
            broken = broken.or(() -> report.broken().map(found -> host + ": " + found.message()));
        }
        if (broken.isPresent()) {
            return new StoreAudit(hosts, 0, broken.get());
        }
        JobAgreement agreement = store.agreement();
        return new StoreAudit(hosts, agreement.jobs(), agreement.wrong().orElse(null));
    }

    /** What is broken first; empty when nothing is. */
    public Optional<String> broken() {
        return Optional.ofNullable(firstBroken);
    }
}
