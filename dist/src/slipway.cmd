@echo off
rem Runs Slipway. 'slipway --help' says what it does.
setlocal
set "APP=%~dp0"
if "%APP:~-1%"=="\" set "APP=%APP:~0,-1%"

set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java"

rem Java says its version in quotes. Without 'call', cmd would take away the quotes of a path at the beginning of a command.
set "VERSION="
for /f "tokens=3" %%v in ('call "%JAVA%" -version 2^>^&1 ^| findstr /c:version') do if not defined VERSION set "VERSION=%%~v"
if not defined VERSION (
  echo slipway: no Java ^(expected: a JDK 17 or newer, in JAVA_HOME or on the PATH^) 1>&2
  exit /b 1
)
for /f "delims=.-+" %%m in ("%VERSION%") do set "MAJOR=%%m"
if %MAJOR% LSS 17 (
  echo slipway: %JAVA% is Java %VERSION% ^(expected: a JDK 17 or newer, in JAVA_HOME or on the PATH^) 1>&2
  exit /b 1
)

set "OPTIONS=-XX:+UseSerialGC -Dio.netty.jfr.enabled=false -Djdk.reflect.useNativeAccessorOnly=true"
if %MAJOR% GEQ 24 set "OPTIONS=%OPTIONS% --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"

rem The engine's telemetry copies the command line and crashes the process if that is longer than about 4000 characters.
set "ORT_DISABLE_TELEMETRY=1"

"%JAVA%" %OPTIONS% "-Dslipway.home=%APP%" "-Donnxruntime.native.path=%APP%\native" %JAVA_OPTS% -cp "%APP%\lib\*" dev.slipway.cli.Slipway %*
exit /b %ERRORLEVEL%
