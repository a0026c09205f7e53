@echo off
rem Runs the ngpt command from a checkout: builds it when the sources are newer than the last build, then starts it.
setlocal
set "ROOT=%~dp0"
set "BIN=%ROOT%src\NGpt.Cli\bin"
set "PROGRAM=%BIN%\Release\net10.0\ngpt.dll"
set "STAMP=%BIN%\ngpt.stamp"

where dotnet >nul 2>nul
if errorlevel 1 (
    echo ngpt: dotnet is not installed. Install the .NET 10 SDK from https://dotnet.microsoft.com/download 1>&2
    exit /b 1
)

if not exist "%PROGRAM%" goto build
if not exist "%STAMP%" goto build
powershell -NoProfile -Command "$built = (Get-Item $env:STAMP).LastWriteTimeUtc; $newer = Get-ChildItem -Recurse ($env:ROOT + 'src') | Where-Object { $_.LastWriteTimeUtc -gt $built -and $_.FullName -notmatch '\\(bin|obj)(\\|$)' } | Select-Object -First 1; if ($newer) { exit 1 }"
if errorlevel 1 goto build
goto start

:build
dotnet --list-sdks | findstr /r "^[1-9][0-9][0-9]*\." >nul
if errorlevel 1 (
    echo ngpt: the .NET SDK is older than 10. Install the .NET 10 SDK from https://dotnet.microsoft.com/download 1>&2
    exit /b 1
)
echo Building... ^(first time takes a minute^) 1>&2
if not exist "%BIN%" mkdir "%BIN%"
set "LOG=%TEMP%\ngpt-build-%RANDOM%%RANDOM%.log"
rem Made before the build: what changes while it runs is newer, and so is built the next time.
type nul > "%STAMP%.new"
dotnet build "%ROOT%src\NGpt.Cli\NGpt.Cli.csproj" -c Release -v quiet -nologo > "%LOG%" 2>&1
if errorlevel 1 (
    type "%LOG%" 1>&2
    del "%LOG%"
    echo ngpt: the build failed. The messages above say why 1>&2
    exit /b 1
)
del "%LOG%"
move /y "%STAMP%.new" "%STAMP%" >nul

:start
rem Hints show commands with this name.
set "NGPT_PROGRAM=ngpt"
dotnet "%PROGRAM%" %*
exit /b %ERRORLEVEL%
