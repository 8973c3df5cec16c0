package dev.slipway.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.THROW_GENERIC_EXCEPTIONS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.conditions.ArchConditions;
import dev.slipway.graph.SlipwayException;
import java.io.ObjectInputStream;
import java.lang.ref.Cleaner;
import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.NullMarked;

@AnalyzeClasses(
        packages = "dev.slipway",
        importOptions = {DoNotIncludeTests.class, HandWritten.class})
class ArchitectureTest {
    private static final String GRAPH = "dev.slipway.graph..";
    private static final String RUNTIME = "dev.slipway.runtime..";
    private static final String KERAS = "dev.slipway.keras..";
    private static final String SERVER = "dev.slipway.server..";
    private static final String CLI = "dev.slipway.cli..";
    private static final String LAMBDA = "dev.slipway.lambda..";

    @ArchTest
    static final ArchRule knowledgeFlowsOneWayBetweenModules = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("graph")
            .definedBy(GRAPH)
            .layer("runtime")
            .definedBy(RUNTIME)
            .layer("keras")
            .definedBy(KERAS)
            .optionalLayer("server")
            .definedBy(SERVER)
            .optionalLayer("cli")
            .definedBy(CLI)
            .optionalLayer("lambda")
            .definedBy(LAMBDA)
            .whereLayer("graph")
            .mayNotAccessAnyLayer()
            .whereLayer("runtime")
            .mayOnlyAccessLayers("graph")
            .whereLayer("keras")
            .mayOnlyAccessLayers("runtime", "graph")
            .whereLayer("server")
            .mayOnlyAccessLayers("runtime", "graph")
            .whereLayer("cli")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("lambda")
            .mayNotBeAccessedByAnyLayer();

    @ArchTest
    static final ArchRule everyClassIsInAModuleWhoseArrowsAreDrawn = classes()
            .should()
            .resideInAnyPackage(GRAPH, RUNTIME, KERAS, SERVER, CLI, LAMBDA)
            .because("a new module gets its arrows in this test with its first class");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("dev.slipway.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyTheRuntimeKnowsOnnxRuntime = onlyIn(RUNTIME, "ai.onnxruntime..");

    @ArchTest
    static final ArchRule onlySavingKnowsHdf5 = onlyIn("dev.slipway.keras.saving..", "io.jhdf..");

    @ArchTest
    static final ArchRule onlyTheGraphKnowsOnnxFiles = onlyIn(GRAPH, "dev.slipway.graph.onnx..");

    @ArchTest
    static final ArchRule onlyTheGraphAndGrpcKnowProtobuf = noClasses()
            .that()
            .resideOutsideOfPackages(GRAPH, "dev.slipway.server.grpc..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.google.protobuf..", "dev.slipway.server.grpc.proto..");

    @ArchTest
    static final ArchRule onlyTracingKnowsOpenTelemetry = onlyIn("dev.slipway.server.tracing..", "io.opentelemetry..");

    @ArchTest
    static final ArchRule onlyTheCommandLineKnowsPicocli = onlyIn(CLI, "picocli..");

    @ArchTest
    static final ArchRule onlyTheFunctionKnowsLambda = onlyIn(LAMBDA, "com.amazonaws..", "org.crac..");

    private static ArchRule onlyIn(String home, String... library) {
        return noClasses()
                .that()
                .resideOutsideOfPackage(home)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(library);
    }

    @ArchTest
    static final ArchRule everyPackageIsNullMarked = classes().should(resideInANullMarkedPackage());

    private static ArchCondition<JavaClass> resideInANullMarkedPackage() {
        return new ArchCondition<>("reside in a package whose package-info.java has @NullMarked") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
                events.add(new SimpleConditionEvent(type, marked, type.getPackageName() + " of " + type.getName()));
            }
        };
    }

    @ArchTest
    static final ArchRule onlyTheCommandLineWritesToTheConsole =
            noClasses().that().resideOutsideOfPackage(CLI).should(ACCESS_STANDARD_STREAMS);

    @ArchTest
    static final ArchRule onlyTheCommandLineEndsTheProcess = noClasses()
            .that()
            .resideOutsideOfPackage(CLI)
            .should()
            .callMethod(System.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "halt", int.class);

    @ArchTest
    static final ArchRule onlyTheCommandLineKnowsHowSlf4jIsPrinted = onlyIn(CLI, "java.util.logging..");

    @ArchTest
    static final ArchRule nothingPrintsAStackTrace =
            noClasses().should().callMethod(Throwable.class, "printStackTrace");

    @ArchTest
    static final ArchRule exceptionsHaveOneRoot =
            classes().that().areAssignableTo(Throwable.class).should().beAssignableTo(SlipwayException.class);

    @ArchTest
    static final ArchRule nothingThrowsAnExceptionWithoutAMeaning = noClasses().should(THROW_GENERIC_EXCEPTIONS);

    @ArchTest
    static final ArchRule thereIsNoGlobalState =
            fields().that().areStatic().should().beFinal();

    @ArchTest
    static final ArchRule namesOfClassesInFilesLoadNoCode = noClasses()
            .should()
            .callMethod(Class.class, "forName", String.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(ObjectInputStream.class)
            .because("a model file is an untrusted input");

    @ArchTest
    static final ArchRule keysAreComparedInConstantTime = classes()
            .that()
            .haveFullyQualifiedName("dev.slipway.server.security.ApiKey")
            .should()
            .callMethod(MessageDigest.class, "isEqual", byte[].class, byte[].class)
            .andShould(neverCall(Arrays.class, "equals", byte[].class, byte[].class))
            .because("how long an ordinary comparison takes tells how much of a guess is right");

    private static ArchCondition<JavaClass> neverCall(Class<?> owner, String method, Class<?>... parameters) {
        return ArchConditions.not(ArchConditions.callMethod(owner, method, parameters));
    }

    @ArchTest
    static final ArchRule nativeMemoryIsClosedByItsOwner = noClasses()
            .should()
            .dependOnClassesThat()
            .areAssignableTo(Cleaner.class)
            .because("the garbage collector does not know how much native memory waits for it");

    @ArchTest
    static final ArchRule namesSayWhatAClassDoes = noClasses()
            .should()
            .haveNameMatching(".*(Manager|Helper|Utils?|Impl)")
            .because("the trait that differs makes a better name");
}
