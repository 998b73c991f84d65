package dev.marey.workbench;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Modules and packages know only what lies below them; docs/architecture.md draws it. */
@AnalyzeClasses(
    packages = "dev.marey",
    importOptions = {ImportOption.DoNotIncludeTests.class, ModuleArrowsTest.NoTestJars.class})
final class ModuleArrowsTest {

  /** Leaves out what modules share for tests. */
  static final class NoTestJars implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("-tests.jar");
    }
  }

  @ArchTest
  static final ArchRule arrowsPointDown =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("workbench")
          .definedBy("dev.marey.workbench..")
          .layer("diff")
          .definedBy("dev.marey.diff..")
          .layer("snapshot")
          .definedBy("dev.marey.snapshot..")
          .layer("machine")
          .definedBy("dev.marey.machine..")
          .layer("uffd")
          .definedBy("dev.marey.uffd..")
          .whereLayer("workbench")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("diff")
          .mayOnlyBeAccessedByLayers("workbench")
          .whereLayer("snapshot")
          .mayOnlyBeAccessedByLayers("workbench", "diff")
          .whereLayer("machine")
          .mayOnlyBeAccessedByLayers("workbench", "diff", "snapshot")
          .whereLayer("uffd")
          .mayOnlyBeAccessedByLayers("workbench", "snapshot");

  @ArchTest
  static final ArchRule nothingBelowTheViewsKnowsJavaFx =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.marey.uffd..", "dev.marey.machine..", "dev.marey.snapshot..", "dev.marey.diff")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("javafx..");

  @ArchTest
  static final ArchRule engineWithoutItsFacadeHasNoCycles =
      slices().matching("dev.marey.snapshot.(*)..").should().beFreeOfCycles();
}
