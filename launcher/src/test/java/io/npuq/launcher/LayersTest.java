package io.npuq.launcher;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The arrows between the modules. */
final class LayersTest {
    private static final JavaClasses NPUQ = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.npuq");

    private static final String SCHEMA = "io.npuq.schema..";
    private static final String SCHEDULER = "io.npuq.scheduler..";
    private static final String WORKER = "io.npuq.worker..";
    private static final String API = "io.npuq.api..";
    private static final String LAUNCHER = "io.npuq.launcher..";
    private static final String SMOKE = "io.npuq.smoke..";
    private static final String[] SQL = {"java.sql..", "javax.sql..", "org.h2..", "org.jdbi.."};

    static Stream<ArchRule> arrows() {
        return Stream.of(
                noneOf(SCHEMA, SCHEDULER, WORKER, API, LAUNCHER, SMOKE, "io.vertx.."),
                noneOf(SCHEMA, SQL),
                noneOf(SCHEDULER, WORKER, API, LAUNCHER, SMOKE, "io.vertx.."),
                noneOf(WORKER, API, LAUNCHER, SMOKE),
                noneOf(API, WORKER, LAUNCHER, SMOKE, "com.sun.jna.."),
                noneOf(API, SQL),
                noneOf(SMOKE, SCHEMA, SCHEDULER, WORKER, API, LAUNCHER));
    }

    @ParameterizedTest
    @MethodSource("arrows")
    void noModuleLooksUpOrAside(ArchRule arrow) {
        arrow.check(NPUQ);
    }

    @Test
    void everyModuleIsSeen() {
        Stream.of(SCHEMA, SCHEDULER, WORKER, API, LAUNCHER, SMOKE)
                .map(name -> name.substring(0, name.length() - 2))
                .forEach(name -> assertTrue(NPUQ.containPackage(name), name));
    }

    private static ArchRule noneOf(String from, String... to) {
        return noClasses()
                .that()
                .resideInAPackage(from)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(to);
    }
}
