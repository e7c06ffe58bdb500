package io.npuq.launcher;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.npuq.scheduler.embedded.EmbeddedJobQueue;
import io.npuq.scheduler.embedded.Maintenance;
import io.npuq.scheduler.embedded.Migration;
import io.npuq.scheduler.journal.Change;
import io.npuq.scheduler.journal.Entry;
import io.npuq.scheduler.postgres.PostgresJobQueue;
import io.npuq.scheduler.postgres.QueueImport;
import io.npuq.scheduler.postgres.StoreAudit;
import io.npuq.scheduler.postgres.StoreLog;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The arrows between modules: {@code schema ◀ scheduler ◀ {npu-worker-verticle, api-verticle} ◀ launcher}. */
final class ArchitectureTest {
    private static final String SCHEMA = "io.npuq.schema..";
    private static final String SCHEDULER = "io.npuq.scheduler..";
    private static final String WORKER = "io.npuq.worker..";
    private static final String API = "io.npuq.api..";
    private static final String LAUNCHER = "io.npuq.launcher..";
    private static final String VERTX = "io.vertx..";
    private static final String[] SQL = {
        "java.sql..", "javax.sql..", "org.h2..", "org.jdbi..", "org.postgresql..", "org.flywaydb..", "com.zaxxer.."
    };

    /** All modules, without their tests. */
    private static final JavaClasses NPUQ = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("io.npuq");

    @Test
    void allModulesAreLookedAt() {
        for (String part : List.of("schema", "scheduler", "worker", "api", "launcher")) {
            assertTrue(NPUQ.stream().anyMatch(c -> c.getPackageName().startsWith("io.npuq." + part)), part);
        }
    }

    @Test
    void schemaKnowsNoOtherModule() {
        mayNotUse(SCHEMA, SCHEDULER, WORKER, API, LAUNCHER);
    }

    @Test
    void schedulerKnowsTheSchemaOnly() {
        mayNotUse(SCHEDULER, WORKER, API, LAUNCHER);
    }

    @Test
    void workersAndApiDoNotKnowEachOther() {
        mayNotUse(WORKER, API, LAUNCHER);
        mayNotUse(API, WORKER, LAUNCHER);
    }

    @Test
    void schemaAndSchedulerAreFreeOfVertx() {
        mayNotUse(SCHEMA, VERTX);
        mayNotUse(SCHEDULER, VERTX);
    }

    @Test
    void onlyTheIndexAndTheStoreKnowTheDatabase() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.npuq.scheduler.index", "io.npuq.scheduler.postgres")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(SQL)
                .check(NPUQ);
    }

    @Test
    void theStoresOfTheQueueDoNotKnowEachOther() {
        mayNotUse("io.npuq.scheduler.postgres..", "io.npuq.scheduler.embedded..");
        mayNotUse("io.npuq.scheduler.embedded..", "io.npuq.scheduler.postgres..");
        noClasses()
                .that(resideInAPackage("io.npuq.scheduler.postgres"))
                // It takes over what the embedded one kept.
                .and(not(equivalentTo(QueueImport.class)))
                .should()
                .dependOnClassesThat(resideInAPackage("io.npuq.scheduler.index"))
                .check(NPUQ);
    }

    @Test
    void onlyTheBindingIsNative() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.npuq.worker.openvino")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.sun.jna..")
                .check(NPUQ);
    }

    @Test
    void callersOfTheQueueKnowItsContractAndItsDoor() {
        noClasses()
                .that()
                .resideOutsideOfPackage(SCHEDULER)
                .should()
                .dependOnClassesThat(resideInAPackage(SCHEDULER)
                        .and(not(resideInAPackage("io.npuq.scheduler")))
                        .and(not(resideInAPackage("io.npuq.scheduler.audit")))
                        .and(not(equivalentTo(EmbeddedJobQueue.class)))
                        .and(not(equivalentTo(PostgresJobQueue.class)))
                        .and(not(equivalentTo(Maintenance.class)))
                        .and(not(equivalentTo(Migration.class)))
                        .and(not(belongTo(equivalentTo(QueueImport.class))))
                        .and(not(belongTo(equivalentTo(StoreLog.class))))
                        .and(not(belongTo(equivalentTo(StoreAudit.class))))
                        // What an entry of the request log says.
                        .and(not(equivalentTo(Entry.class)))
                        .and(not(belongTo(equivalentTo(Change.class)))))
                .check(NPUQ);
    }

    @Test
    void apiAndWorkersKnowTheQueuesContractOnly() {
        mayNotUse(API, "io.npuq.scheduler.embedded..", "io.npuq.scheduler.postgres..");
        mayNotUse(WORKER, "io.npuq.scheduler.embedded..", "io.npuq.scheduler.postgres..");
    }

    private static void mayNotUse(String part, String... others) {
        noClasses()
                .that()
                .resideInAPackage(part)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others)
                .check(NPUQ);
    }
}
