# Completion of lane-viewer for fish. Written by docs/gen from the command's own flags: make docs writes it anew.

complete -c lane-viewer -f
complete -c lane-viewer -l help -d 'print what the flags are, and exit'
complete -c lane-viewer -l host -x -d 'NAME[:PORT] by which browsers may call the page too, through a tunnel, say'
complete -c lane-viewer -l key -r -F -d 'file with this computer\'s own key, which is made when it is first needed'
complete -c lane-viewer -l listen -x -d 'address of the page'
complete -c lane-viewer -l print-key -d 'print this computer\'s public key and how a vehicle is made to know it, and exit'
complete -c lane-viewer -l record-dir -x -a '(__fish_complete_directories)' -d 'folder for recordings'
complete -c lane-viewer -l server-key -x -d 'KEY or file with the public key of the vehicles in the network that --vehicle gives none for'
complete -c lane-viewer -l vehicle -x -d '[NAME=]tcp://HOST:PORT of a vehicle\'s telemetry, with options behind commas'
complete -c lane-viewer -l version -d 'print the version, and exit'
