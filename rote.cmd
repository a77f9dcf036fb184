@echo off
rem Starts Rote; builds it first where there is no build yet.
rem ROTE_CLASSPATH names jars and directories with losses of your own.
setlocal
set ROOT=%~dp0
set TARGET=%ROOT%cli\target
if not exist "%TARGET%\built" (
  echo Building Rote; the first time takes a minute or two ... 1>&2
  call mvn -B -q -f "%ROOT%pom.xml" -pl cli -am -DskipTests -Dspotless.check.skip=true package 1>&2 || exit /b 1
  echo. > "%TARGET%\built"
)
set JAVA=java
if defined JAVA_HOME set JAVA=%JAVA_HOME%\bin\java
"%JAVA%" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "%TARGET%\classes;%TARGET%\lib\*;%ROTE_CLASSPATH%" dev.rote.cli.Main %*
