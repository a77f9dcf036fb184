@echo off
rem Starts Rote, from an unpacked release or from a source tree; in a source tree, builds it first if there is no build yet.
rem JAVA_HOME        the Java to use (17 or newer; default: the java on the path)
rem ROTE_CLASSPATH   jars and directories with loss functions of your own
rem ROTE_JAVA_OPTS   options for java
setlocal
set "HERE=%~dp0"
set "LIB=%HERE%..\lib"
if not exist "%HERE%pom.xml" goto start
set "LIB=%HERE%cli\target\lib"
if exist "%HERE%cli\target\built" goto start
echo Building Rote. The first build downloads about 250 MB to %USERPROFILE%\.m2 and takes some minutes. 1>&2
call mvn -B -q -f "%HERE%pom.xml" -pl cli -am -DskipTests -Dspotless.check.skip=true package 1>&2 || exit /b 1
echo. > "%HERE%cli\target\built"
:start
set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java"
set "CLASSES=%LIB%\*"
rem An empty entry would put the current directory on the class path.
if defined ROTE_CLASSPATH set "CLASSES=%CLASSES%;%ROTE_CLASSPATH%"
"%JAVA%" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dorg.bytedeco.javacpp.platform.extension= "-Drote.command=%~0" %ROTE_JAVA_OPTS% -cp "%CLASSES%" dev.rote.cli.Main %*
