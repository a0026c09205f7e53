@echo off
rem Builds everything with warnings as errors and runs all tests. Arguments go to the test runner.
setlocal
cd /d "%~dp0"
where dotnet >nul 2>nul
if errorlevel 1 (
    echo test: dotnet is not installed. Install the .NET 10 SDK from https://dotnet.microsoft.com/download 1>&2
    exit /b 1
)
echo Building... 1>&2
dotnet build NGpt.slnx -c Release -v quiet -nologo -warnaserror
if errorlevel 1 exit /b 1
set "LOG=%TEMP%\ngpt-test-%RANDOM%%RANDOM%.log"
dotnet test --solution NGpt.slnx -c Release --no-build --no-ansi --no-progress %* > "%LOG%" 2>&1
set "STATUS=%ERRORLEVEL%"
type "%LOG%"
powershell -NoProfile -Command "$log = Get-Content $env:LOG; function Count($name) { $hit = $log | Select-String ('^ +' + $name + ': ([0-9]+)') | Select-Object -Last 1; if ($hit) { [int]$hit.Matches[0].Groups[1].Value } else { 0 } }; $passed = Count succeeded; $failed = Count failed; $skipped = Count skipped; $line = \"$passed passed, $failed failed\"; if ($skipped -gt 0) { $line += \", $skipped skipped\" }; if ($passed + $failed -eq 0) { 'test: no test ran' }; $line; if ($failed -gt 0 -or $passed + $failed -eq 0) { exit 1 }"
if errorlevel 1 set "STATUS=1"
del "%LOG%"
exit /b %STATUS%
