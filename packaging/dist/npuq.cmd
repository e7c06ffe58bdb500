@echo off
rem Runs npuq, on the Java of this package, or on the one of JAVA_HOME or PATH, 17 or later.
rem NPUQ_JAVA_OPTS: options for Java, after npuq's own.
setlocal enableextensions disabledelayedexpansion
for %%I in ("%~dp0..") do set "_root=%%~fI"

set "_java=%_root%\runtime\bin\java.exe"
if exist "%_java%" goto run
set "_java="
if defined JAVA_HOME set "_java=%JAVA_HOME%\bin\java.exe"
if not defined _java for %%I in (java.exe) do set "_java=%%~$PATH:I"
if not defined _java goto nojava
if not exist "%_java%" goto nojava

rem The release file beside Java says its version: JAVA_VERSION="17.0.15". Where there is none, Java says itself whether it can run npuq.
for %%I in ("%_java%") do set "_release=%%~dpI..\release"
if not exist "%_release%" goto run
set "_version=0"
for /f "tokens=2 delims==." %%V in ('findstr /b /c:"JAVA_VERSION=" "%_release%"') do set "_version=%%V"
set "_version=%_version:"=%"
if %_version% lss 17 goto oldjava

:run
rem See run_npuq in java.sh for why.
set "_serve="
if /i "%~1"=="serve" set "_serve=-XX:CompileThresholdScaling=0.05"
set "_gc=-XX:+UseParallelGC"
if defined NPUQ_JAVA_OPTS if not "%NPUQ_JAVA_OPTS:-XX:+Use=%"=="%NPUQ_JAVA_OPTS%" set "_gc="
"%_java%" --enable-native-access=ALL-UNNAMED -XX:+ExitOnOutOfMemoryError -Xmx256m %_serve% %_gc% %NPUQ_JAVA_OPTS% -jar "%_root%\npuq.jar" %*
exit /b %errorlevel%

:nojava
echo npuq: needs Java 17 or later, and found none: install a JDK (winget install EclipseAdoptium.Temurin.17.JDK), or set JAVA_HOME 1>&2
exit /b 1

:oldjava
echo npuq: needs Java 17 or later, and %_java% is %_version%: install a JDK (winget install EclipseAdoptium.Temurin.17.JDK), or set JAVA_HOME 1>&2
exit /b 1
